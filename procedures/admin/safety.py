"""The versions of the words about danger signs: writing one, comparing, signing off."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from clinic.characters import small_number
from clinic.staff import needs, signed_in, site
from procedures import publishing, safety_text
from procedures.desk.differences import Comparison, difference
from procedures.models import SafetyText
from procedures.safety_form import SafetyForm
from procedures.safety_items import differences
from procedures.staff_forms import SignOffForm

from .verb import ReadOnlyAdmin, verb_page


@admin.register(SafetyText, site=site)
class SafetyTextAdmin(ReadOnlyAdmin):
    change_form_template = "admin/procedures/safety_text.html"
    change_list_template = "admin/procedures/safety_texts.html"
    list_display = ("version", "created_at", "made_by", "change_note", "signed_off_by", "signed_off_at")
    list_select_related = ("created_by", "signed_off_by")
    empty_value_display = "Not yet"
    fields = ("version", "created_at", "made_by", "change_note", "signed_by", "signed_off_at")

    @admin.display(description="Written by")
    def made_by(self, text: SafetyText) -> str:
        return str(text.created_by or "Content files")

    @admin.display(description="Signed off by")
    def signed_by(self, text: SafetyText) -> str | None:
        return str(text.signed_off_by) if text.signed_off_by else None

    def get_urls(self) -> list[URLPattern]:
        guarded = site.admin_view(needs("procedures.add_safetytext")(new_version))
        return [
            path("new-version/", guarded, name="procedures_safetytext_new-version"),
            self.verb("sign-off", "sign_off_safetytext", sign_off),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "current": safety_text.current()})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        text = self.get_object(request, object_id)
        compared = comparison(text, before(text)) if text else {}
        compared["may_sign_off"] = (
            text is not None
            and safety_text.waits_for_sign_off(text)
            and signed_in(request).has_role("Clinician")
        )
        context = {**(extra_context or {}), "current": safety_text.current(), **compared}
        return super().change_view(request, object_id, form_url, context)


def before(text: SafetyText) -> SafetyText | None:
    return SafetyText.objects.filter(version__lt=text.version).first()


def comparison(text: SafetyText, other: SafetyText | None) -> dict[str, Any]:
    changes = differences(other.body, text.body) if other else []
    shown = Comparison([difference(each.place, each.before, each.after) for each in changes], [])
    names = {"old_name": str(other), "new_name": str(text)}
    return {"compared_with": other, "changes": changes, "shown": shown, **names}


# /staff/procedures/safetytext/new-version/
@require_http_methods(["GET", "HEAD", "POST"])
def new_version(request: HttpRequest) -> HttpResponse:
    """All words as fields, from the newest version; patients see nothing of it before a sign-off."""
    base = SafetyText.objects.first()
    if base is None:
        raise Http404
    form = SafetyForm(request.POST if request.method == "POST" else None, base=version_opened(request, base))
    if request.method == "POST" and form.is_valid():
        try:
            return saved(request, form)
        except safety_text.Refused as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "base": form.base,
        "opts": SafetyText._meta,
        "title": "Write a new version of the safety text",
    }
    status = 422 if request.method == "POST" else 200
    return render(
        request, "admin/procedures/safety_form.html", site.each_context(request) | context, status=status
    )


def version_opened(request: HttpRequest, newest: SafetyText) -> SafetyText:
    """The version the page was made from, so that what was typed fits its fields."""
    base = small_number(request.POST.get("base", ""))
    return SafetyText.objects.filter(version=base).first() or newest


def saved(request: HttpRequest, form: SafetyForm) -> HttpResponse:
    note = form.cleaned_data["change_note"]
    text = safety_text.write(form.body(), base=form.base, by=signed_in(request), change_note=note)
    seen = f"Patients see {safety_text.current()} until a clinician signs it off."
    messages.success(request, f"{text} is saved. {seen}")
    return redirect(reverse("admin:procedures_safetytext_change", args=[text.pk]))


# /staff/procedures/safetytext/<pk>/sign-off/
@require_http_methods(["GET", "HEAD", "POST"])
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    text = get_object_or_404(SafetyText, pk=pk)
    if not signed_in(request).has_role("Clinician"):
        raise PermissionDenied
    form = SignOffForm(request.POST or None)

    def run() -> str:
        publishing.sign_off(text, by=signed_in(request))
        return f"{text} is signed off. Patients see it from now on."

    current = safety_text.current()
    context = {
        "title": f"Sign off {text}",
        "button": "Sign off",
        "explains": "Patients see these words as soon as you sign them off, with your name in our records."
        " It cannot be taken back.",
        "details": "admin/procedures/_safety_changes.html",
        **comparison(text, current if current != text else before(text)),
        "text": text,
    }
    return verb_page(request, text, form, run, context)
