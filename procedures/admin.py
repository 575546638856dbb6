"""The editor's working copies; editions, reviews and safety texts to be looked at, with their verbs."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from clinic.models import ClinicProfile
from clinic.staff import OfferedFilters, needs, site

from . import home, publishing, views
from .models import Edition, Explainer, Finding, KeyFact, Reference, Review, Risk, SafetyText, Section
from .staff_forms import PublishForm, ReviewForm, SignOffForm


def verb_page(
    request: HttpRequest, obj: Any, form: forms.Form, run: Callable[[], str], context: dict[str, Any]
) -> HttpResponse:
    """A confirm page: shown by GET, done by POST, then back to the row."""
    meta = obj._meta
    back_url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                messages.success(request, run())
                return redirect(back_url)
            except publishing.NotAllowed as error:
                form.add_error(None, str(error))
            except publishing.Refused as error:
                context["failures"] = error.failures
        status = 422
    context |= {"object": obj, "form": form, "opts": meta, "back_url": back_url}
    return render(request, "admin/procedures/verb.html", site.each_context(request) | context, status=status)


class ReadOnlyAdmin(OfferedFilters):
    """Rows that never change: to be looked at."""

    actions = None
    view_on_site = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def verb(self, name: str, permission: str, view: Callable[..., HttpResponse]) -> URLPattern:
        return verb_url(self, name, permission, view)


def verb_url(
    model_admin: admin.ModelAdmin, name: str, permission: str, view: Callable[..., HttpResponse]
) -> URLPattern:
    """/staff/procedures/<model>/<pk>/<name>/ for those who have the permission."""
    opts = model_admin.opts
    guarded = site.admin_view(needs(f"{opts.app_label}.{permission}")(view))
    return path(f"<int:pk>/{name}/", guarded, name=f"{opts.app_label}_{opts.model_name}_{name}")


class SectionInline(admin.StackedInline):
    model = Section
    extra = 0


class KeyFactInline(admin.TabularInline):
    model = KeyFact
    extra = 0


class FindingInline(admin.StackedInline):
    model = Finding
    extra = 0


class RiskInline(admin.StackedInline):
    model = Risk
    extra = 0


@admin.register(Explainer, site=site)
class ExplainerAdmin(OfferedFilters):
    change_form_template = "admin/procedures/explainer.html"
    list_display = ("medical_name", "kind", "plain_name", "newest_edition", "is_withdrawn")
    list_filter = ("kind", "is_withdrawn")
    search_fields = ("plain_name", "medical_name")
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple, "help_text": ""},
    }
    inlines = (KeyFactInline, SectionInline, FindingInline, RiskInline)
    actions = None
    fields = (
        "kind", "slug", "plain_name", "medical_name", "description", "lead", "author",
        "first_published_on", "related", "is_withdrawn",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Explainer]:
        return super().get_queryset(request).annotate(newest=models.Max("editions__number"))

    @admin.display(description="Newest edition", empty_value="Not published yet")
    def newest_edition(self, explainer: Any) -> int | None:
        return explainer.newest

    def get_readonly_fields(self, request: HttpRequest, obj: Explainer | None = None) -> tuple[str, ...]:
        """An address that readers may have kept does not change."""
        return ("kind", "slug") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Explainer | None = None) -> bool:
        """A page is withdrawn, never deleted."""
        return False

    def get_urls(self) -> list[URLPattern]:
        return [verb_url(self, "publish", "publish_explainer", publish), *super().get_urls()]

    def view_on_site(self, obj: Explainer) -> str:
        return obj.get_absolute_url()


# /staff/procedures/explainer/<pk>/publish/
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    explainer = get_object_or_404(Explainer, pk=pk)
    form = PublishForm(request.POST or None)
    context = {
        "title": f"Publish {explainer}",
        "button": "Publish",
        "explains": "Readers see the new edition at once. It says that nobody has reviewed it until a clinician does.",
        "failures": publishing.failures(explainer) if request.method != "POST" else [],
    }

    def run() -> str:
        number = explainer.editions.aggregate(last=models.Max("number"))["last"]
        note = form.cleaned_data["change_note"]
        edition = publishing.publish(explainer, by=request.user, change_note=note)  # type: ignore[arg-type]
        if edition.number == number:
            raise publishing.NotAllowed(f"Nothing has changed since edition {number}.")
        return f"{edition} is published."

    return verb_page(request, explainer, form, run, context)


@admin.register(Reference, site=site)
class ReferenceAdmin(OfferedFilters):
    list_display = ("key", "citation", "year", "study_type")
    search_fields = ("key", "citation")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Reference | None = None) -> bool:
        """Editions may cite it."""
        return False


@admin.register(Edition, site=site)
class EditionAdmin(ReadOnlyAdmin):
    change_form_template = "admin/procedures/edition.html"
    list_display = ("medical_name", "number", "published_at", "published_by", "reviewed_on")
    list_filter = ("explainer",)
    list_select_related = ("published_by",)
    fields = (
        "medical_name",
        "plain_name",
        "number",
        "published_at",
        "published_by",
        "change_note",
        "reviewed",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Edition]:
        return super().get_queryset(request).with_page_parts()  # type: ignore[attr-defined]

    @admin.display(description="Reviewed on", empty_value="Not reviewed yet")
    def reviewed_on(self, edition: Edition) -> Any:
        return edition.review["reviewed_on"] if edition.review else None

    @admin.display(description="Review")
    def reviewed(self, edition: Edition) -> str:
        review = edition.review
        if not review:
            return "Not reviewed yet"
        days = {name: date_format(review[name], "F j, Y") for name in ("reviewed_on", "next_due")}
        return f"{review['name']}, {review['credential']}, on {days['reviewed_on']}; due again {days['next_due']}"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.verb("read", "view_edition", read),
            self.verb("review", "review_edition", review),
            *super().get_urls(),
        ]


# /staff/procedures/edition/<pk>/read/
@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Any edition as readers see or saw it: also those that are not public."""
    edition = get_object_or_404(Edition.objects.with_page_parts(), pk=pk)
    context = views.page_context(edition, ClinicProfile.load())
    return render(request, "procedures/explainer.html", context)


# /staff/procedures/edition/<pk>/review/
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=pk)
    if not request.user.has_role("Clinician"):  # type: ignore[union-attr]
        raise PermissionDenied
    form = ReviewForm(request.POST or None)
    context = {
        "title": f"Record a review of {edition}",
        "button": "Record the review",
        "explains": f"Readers will see that {request.user} has reviewed this edition.",
        "read_url": reverse("admin:procedures_edition_read", args=[edition.pk]),
    }

    def run() -> str:
        days = {name: form.cleaned_data[name] for name in ("reviewed_on", "next_due")}
        publishing.record_review(edition, by=request.user, **days)  # type: ignore[arg-type]
        return f"Your review of {edition} is recorded."

    return verb_page(request, edition, form, run, context)


@admin.register(Review, site=site)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("edition", "reviewer_name", "credential", "reviewed_on", "next_due")
    list_select_related = ("edition",)


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


site.panels.append(home.panel)
