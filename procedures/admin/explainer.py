"""The desk's list of pages, and the way to each page's screens."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern

from clinic.staff import OfferedFilters, site
from procedures.desk import saving
from procedures.models import Explainer

from . import edit, look, publish, standings
from .verb import verb_url

VERBS = (
    ("publish", "publish_explainer", publish.publish),
    ("schedule", "publish_explainer", publish.schedule),
    ("take-back", "publish_explainer", publish.take_back),
    ("problems", "publish_explainer", publish.problems),
    ("withdraw", "publish_explainer", publish.withdraw),
    ("bring-back", "publish_explainer", publish.bring_back),
    ("preview", "view_explainer", look.preview),
    ("screens", "view_explainer", look.screens),
    ("differences", "view_explainer", look.differences_of),
)


class NewPageForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind, slug = given.get("kind"), given.get("slug")
        if kind and slug and Explainer(kind=kind, slug=slug).is_hidden:
            words = f"The site has another page at the address {slug}. Choose a different slug."
            raise ValidationError({"slug": words})
        return given


@admin.register(Explainer, site=site)
class ExplainerAdmin(OfferedFilters):
    list_display = ("medical_name", "kind", "published", "draft", "review", "planned")
    list_filter = ("kind", "is_withdrawn")
    search_fields = ("plain_name", "medical_name")
    list_per_page = 50
    actions = None
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})}}
    form = NewPageForm
    fields = ("kind", "slug", "plain_name", "medical_name", "description", "lead", "author")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Explainer]:
        return standings.with_standing(super().get_queryset(request))

    @admin.display(description="Published", empty_value="Not yet")
    def published(self, explainer: Explainer) -> str | None:
        return standings.published(explainer)

    @admin.display(description="Draft")
    def draft(self, explainer: Explainer) -> str:
        return standings.draft(explainer)

    @admin.display(description="Review")
    def review(self, explainer: Explainer) -> str:
        return standings.review(explainer)

    @admin.display(description="Planned", empty_value="")
    def planned(self, explainer: Explainer) -> str | None:
        return standings.planned(explainer)

    def has_delete_permission(self, request: HttpRequest, obj: Explainer | None = None) -> bool:
        """A page is withdrawn, never deleted."""
        return False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Saving leads to the page's sections, whichever button is pressed: one is enough."""
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        return [*(verb_url(self, *verb) for verb in VERBS), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Explainer, form: Any, change: bool) -> None:
        """A new page begins with its sections, each to be filled."""
        super().save_model(request, obj, form, change)
        saving.start(obj)

    def response_add(
        self, request: HttpRequest, obj: Explainer, post_url_continue: Any = None
    ) -> HttpResponse:
        messages.success(request, "The page is made. Fill its sections, then publish it.")
        return redirect(edit.change_url(obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return edit.edit(request, int(object_id))
