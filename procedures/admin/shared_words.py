"""The words of pages without editions: which are current, who signed them off, reading, signing off."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from clinic.staff import signed_in, site
from procedures import library_views, publishing, shared_words, tool_views
from procedures.models import SharedWords
from procedures.staff_forms import SignOffForm

from .verb import ReadOnlyAdmin, verb_page

Name = SharedWords.Name
PAGES = {
    Name.COMPARE: library_views.compare_page,
    Name.EMERGENCY_SIGNS: library_views.emergency_signs_page,
    Name.GLOSSARY: library_views.glossary_page,
    Name.PAIN_DIARY: tool_views.diary_page,
}


@admin.register(SharedWords, site=site)
class SharedWordsAdmin(ReadOnlyAdmin):
    change_form_template = "admin/procedures/shared_words.html"
    list_display = ("name", "state", "since", "signed_by", "signed_off_at")
    fields = list_display
    empty_value_display = "Not yet"

    @admin.display(description="These words are")
    def state(self, words: SharedWords) -> str:
        return "Current" if shared_words.is_current(words) else "Older"

    @admin.display(description="Since", ordering="created_at")
    def since(self, words: SharedWords) -> str:
        return date_format(timezone.localtime(words.created_at), "DATETIME_FORMAT")

    @admin.display(description="Signed off by", ordering="signer_name")
    def signed_by(self, words: SharedWords) -> str:
        return f"{words.signer_name}, {words.credential}" if words.signed_off_at else "Not yet"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.verb("read", "view_sharedwords", read),
            self.verb("sign-off", "sign_off_sharedwords", sign_off),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        words = self.get_object(request, object_id)
        is_current = words is not None and shared_words.is_current(words)
        waits = words is not None and is_current and not words.signed_off_at
        context = {
            "is_current": is_current,
            "may_sign_off": waits and signed_in(request).has_role("Clinician"),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})


# /staff/procedures/sharedwords/<pk>/read/
@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as readers see it, or would see it once it is signed off; older words are not kept."""
    words = get_object_or_404(SharedWords, pk=pk)
    if not shared_words.is_current(words):
        raise Http404
    return PAGES[Name(words.name)](request, shared_words.standing(words.name, to_staff=True))


# /staff/procedures/sharedwords/<pk>/sign-off/
@require_http_methods(["GET", "HEAD", "POST"])
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    words = get_object_or_404(SharedWords, pk=pk)
    if not signed_in(request).has_role("Clinician"):
        raise PermissionDenied
    form = SignOffForm(request.POST if request.method == "POST" else None)

    def run() -> str:
        publishing.sign_off_words(words, by=signed_in(request))
        return f"The words of the page \u201c{words}\u201d are signed off. Readers see it with your name from now on."

    context = {
        "title": f"Sign off the words of \u201c{words}\u201d",
        "button": "Sign off",
        "explains": "Readers see that you have reviewed the words of this page: your name, your credential and"
        " the day. It cannot be taken back.",
        "read_label": "Read the page",
    }
    if shared_words.is_current(words):
        context["read_url"] = reverse("admin:procedures_sharedwords_read", args=[pk])
    return verb_page(request, words, form, run, context)
