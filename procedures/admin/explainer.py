"""The editor's working copies and how they are published."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.views.decorators.http import require_http_methods

from clinic.staff import OfferedFilters, site
from procedures import publishing
from procedures.models import Explainer, Finding, KeyFact, Risk, Section, Trait
from procedures.staff_forms import PublishForm

from .verb import verb_page, verb_url


class SectionInline(admin.StackedInline):
    model = Section
    extra = 0


class KeyFactInline(admin.TabularInline):
    model = KeyFact
    extra = 0


class TraitInline(admin.TabularInline):
    """Cells of the table that compares conditions."""

    model = Trait
    extra = 0
    max_num = len(Trait.Aspect)


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
    inlines = (KeyFactInline, SectionInline, TraitInline, FindingInline, RiskInline)
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
