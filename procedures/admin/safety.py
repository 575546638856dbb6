"""The versions of the words about danger signs and their sign-off."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.views.decorators.http import require_http_methods

from clinic.staff import site
from procedures import publishing
from procedures.models import SafetyText
from procedures.staff_forms import SignOffForm

from .verb import ReadOnlyAdmin, verb_page


@admin.register(SafetyText, site=site)
class SafetyTextAdmin(ReadOnlyAdmin):
    change_form_template = "admin/procedures/safety_text.html"
    list_display = ("version", "created_at", "signed_off_by", "signed_off_at")
    list_select_related = ("signed_off_by",)
    fields = ("version", "created_at", "signed_off_by", "signed_off_at")

    def get_urls(self) -> list[URLPattern]:
        return [self.verb("sign-off", "sign_off_safetytext", sign_off), *super().get_urls()]


# /staff/procedures/safetytext/<pk>/sign-off/
@require_http_methods(["GET", "HEAD", "POST"])
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    text = get_object_or_404(SafetyText, pk=pk)
    if not request.user.has_role("Clinician"):  # type: ignore[union-attr]
        raise PermissionDenied
    form = SignOffForm(request.POST or None)

    def run() -> str:
        publishing.sign_off(text, by=request.user)  # type: ignore[arg-type]
        return f"{text} is signed off."

    context = {
        "title": f"Sign off {text}",
        "button": "Sign off",
        "explains": "Your name stands under these words from now on. It cannot be taken back.",
    }
    return verb_page(request, text, form, run, context)
