"""What patients ask and what readers say: to be answered, set aside, written down under the page."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from clinic.staff import OfferedFilters, needs, signed_in, site
from procedures import feedback, questions
from procedures.models import AskedQuestion, Edition, Feedback, Question
from procedures.staff_forms import AnswerForm, SetAsideForm

from .standings import tag
from .verb import ReadOnlyAdmin, verb_page

A_PAGE = 50
DETAILS = "admin/procedures/_question.html"


@admin.register(Question, site=site)
class QuestionAdmin(ReadOnlyAdmin):
    change_form_template = "admin/procedures/question.html"
    list_display = ("sent_at", "page", "state", "urgent", "decided_by")
    list_filter = ("state", "sounds_urgent")
    list_select_related = ("edition", "decided_by")
    empty_value_display = "Not yet"
    list_per_page = A_PAGE
    ordering = (
        Case(When(state=Question.State.WAITING, then=Value(0)), default=Value(1)),
        "-sounds_urgent",
        "sent_at",
    )
    fields = ("page", "sent_at", "state", "why", "decider", "decided_at", "expires_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return super().get_queryset(request).alive()  # type: ignore[attr-defined]

    @admin.display(description="Page")
    def page(self, question: Question) -> str:
        return str(question.edition)

    @admin.display(description="Sounds urgent", ordering="sounds_urgent", empty_value="No")
    def urgent(self, question: Question) -> str | None:
        return tag("Yes", "u") if question.sounds_urgent else None

    @admin.display(description="Decided by")
    def decider(self, question: Question) -> str | None:
        """Without the link of a stock field to an account that only managers may open."""
        return str(question.decided_by) if question.decided_by else None

    @admin.display(description="Why it was set aside")
    def why(self, question: Question) -> str:
        return Question.Reason(question.reason).label if question.reason else "Not set aside"

    def get_urls(self) -> list[URLPattern]:
        return [_verb("answer", answer), _verb("set-aside", set_aside), *super().get_urls()]


def _verb(name: str, view: Callable[..., HttpResponse]) -> URLPattern:
    guarded = site.admin_view(needs("procedures.answer_question")(view))
    return path(f"<uuid:pk>/{name}/", guarded, name=f"procedures_question_{name}")


# /staff/procedures/question/<pk>/answer/
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: Any) -> HttpResponse:
    question = get_object_or_404(Question.objects.alive(), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)

    def run() -> str:
        questions.answer(question, by=signed_in(request), text=form.cleaned_data["text"])
        return "The answer stands on the person's private page."

    explains = (
        "Write to somebody you do not know: what the page says, in other words. No advice for one person."
    )
    return verb_page(
        request, question, form, run, _context("Answer this question", "Answer", explains, question)
    )


# /staff/procedures/question/<pk>/set-aside/
@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: HttpRequest, pk: Any) -> HttpResponse:
    question = get_object_or_404(Question.objects.alive(), pk=pk)
    form = SetAsideForm(request.POST if request.method == "POST" else None)

    def run() -> str:
        questions.set_aside(question, by=signed_in(request), reason=form.cleaned_data["reason"])
        return "The question is set aside. The person reads why, and what to do instead."

    explains = "It gets no answer. The private page says why in kind words, and how to reach us."
    return verb_page(
        request, question, form, run, _context("Set this question aside", "Set aside", explains, question)
    )


def _context(title: str, button: str, explains: str, question: Question) -> dict[str, Any]:
    return {"title": title, "button": button, "explains": explains, "details": DETAILS, "question": question}


@admin.register(AskedQuestion, site=site)
class AskedQuestionAdmin(OfferedFilters):
    """Part of a page's working copy; readers see it with the page's next edition."""

    list_display = ("question", "explainer", "position")
    list_filter = ("explainer",)
    list_select_related = ("explainer",)
    list_per_page = A_PAGE
    fields = ("explainer", "question", "answer", "position")
    actions = None
    formfield_overrides = {
        models.CharField: {"widget": forms.TextInput(attrs={"class": "vLargeTextField"})},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"})},
    }

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        context |= {"title": context["subtitle"] or "Write a question down", "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Without the signs beside the page that lead away from what is being written."""
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("explainer"):
            field.label = "Page"
            field.widget = field.widget.widget  # type: ignore[attr-defined]
        return form


@admin.register(Feedback, site=site)
class FeedbackAdmin(ReadOnlyAdmin):
    """One line for each edition that readers have said something about."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        editions = Edition.objects.filter(Exists(Feedback.objects.filter(edition=OuterRef("pk"))))
        light = editions.only("medical_name", "number", "published_at").order_by("-published_at", "-pk")
        shown = Paginator(light, A_PAGE).get_page(request.GET.get("page"))
        tallies = feedback.tallies(edition.pk for edition in shown)
        context = {
            "title": "What readers say",
            "rows": [(edition, tallies[edition.pk]) for edition in shown],
            "page": shown,
            "opts": self.opts,
        }
        return render(request, "admin/procedures/feedback.html", site.each_context(request) | context)  # type: ignore[return-value]
