"""A patient's question about a page, and the private page with its answer."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clinic import limits
from clinic.public import private

from . import emergency_words, questions, safety_text, views
from .feedback_views import fit_edition_with
from .models import Edition, Question
from .question_form import QuestionForm, new_token

HOUR = 3600
# From one place, which may be a waiting room; from everywhere, for staff have to read them.
A_PLACE_AN_HOUR, ALL_AN_HOUR = 10, 60
OPEN_TOO_LONG = _("This page was open for a long time. Look at your question and send it again")
# Some browsers fill in the field that only robots see.
LOOKS_AUTOMATIC = _("Your question is not sent yet. Look at it and send it again")
INSTEAD = {
    Question.Reason.OWN_HEALTH: _(
        "Your question is about your own health. We cannot answer that here, because we would have to know you"
        " and examine you. Call us, or ask us for an appointment."
    ),
    Question.Reason.ON_THE_PAGE: _(
        "The page answers your question already. Open it and look at its headings."
    ),
    Question.Reason.OTHER_SUBJECT: _(
        "Your question is not about this page. Call us, and we will find who can answer it."
    ),
    Question.Reason.NO_QUESTION: _(
        "We could not find a question in what you wrote. You can send another one, or call us."
    ),
}


# /pages/<edition code>/question/
@require_http_methods(["GET", "HEAD", "POST"])
@private
def ask(request: HttpRequest, code: str) -> HttpResponse:
    edition = fit_edition_with(code)
    if edition.explainer.is_withdrawn and not must_stop(request, request.POST.get("text", "")):
        return given_back(request, edition)
    if request.method != "POST":
        return show(request, edition, QuestionForm(initial={"token": new_token()}))
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return show(request, edition, form, status=422)
    if not (token := form.secret()):
        return show_again(request, edition, form)
    if request.POST.get("change"):
        return show(request, edition, form)
    text = form.cleaned_data["text"]
    if must_stop(request, text):
        return stop(request, edition, form)
    return send(request, edition, form, token)


def must_stop(request: HttpRequest, text: str) -> bool:
    """It sounds like an emergency, and the person has not said that it is none."""
    return emergency_words.is_emergency(text) and not request.POST.get("confirmed")


def given_back(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The page was taken back while it was open: the words are shown, so that they are not lost."""
    explainer = edition.explainer
    return views.taken_back(
        request, explainer.kind, explainer.slug, unsent=request.POST.get("text", "").strip()
    )


def send(request: HttpRequest, edition: Edition, form: QuestionForm, token: str) -> HttpResponse:
    if not Question.objects.with_token(token).exists():
        if form.looks_automatic:
            form.add_error(None, str(LOOKS_AUTOMATIC))
            return show(request, edition, form, status=429)
        if not is_allowed(request):
            return too_many(request, edition, form)
        words = {name: form.cleaned_data[name] for name in ("text", "email")}
        questions.send(edition=edition, token=token, **words)
    return redirect("procedures:question", token)


def is_allowed(request: HttpRequest) -> bool:
    place = limits.client_address(request)
    return limits.allow("question", place, limit=A_PLACE_AN_HOUR, per_seconds=HOUR) and limits.allow(
        "question-all", "", limit=ALL_AN_HOUR, per_seconds=HOUR
    )


def too_many(request: HttpRequest, edition: Edition, form: QuestionForm) -> HttpResponse:
    """What was typed stays on the page until it can be sent."""
    seconds = HOUR - int(timezone.now().timestamp()) % HOUR
    minutes = seconds // 60 + 1
    words = ngettext(
        "Too many questions came in this hour, so yours is not sent yet. Leave this page open and send it again in %(minutes)d minute, or call us",
        "Too many questions came in this hour, so yours is not sent yet. Leave this page open and send it again in %(minutes)d minutes, or call us",
        minutes,
    )
    form.add_error(None, words % {"minutes": minutes})
    response = show(request, edition, form, status=429)
    response["Retry-After"] = str(seconds)
    return response


def show(request: HttpRequest, edition: Edition, form: QuestionForm, status: int = 200) -> HttpResponse:
    context = {"edition": edition, "form": form, "safety": safety_text.current().body}
    return render(request, "procedures/question_ask.html", context, status=status)


def show_again(request: HttpRequest, edition: Edition, form: QuestionForm) -> HttpResponse:
    """With a fresh token; what was typed stays."""
    form.data = {**form.data.dict(), "token": new_token()}  # type: ignore[attr-defined]
    form.add_error(None, str(OPEN_TOO_LONG))
    return show(request, edition, form, status=422)


def stop(request: HttpRequest, edition: Edition, form: QuestionForm) -> HttpResponse:
    """The words sound like an emergency: nothing is sent before the person has read this (R3, R13)."""
    context = {
        "edition": edition,
        "fields": [(name, form.data.get(name, "")) for name in ("text", "email", "token")],
        "safety": safety_text.current().body,
        "is_crisis": emergency_words.is_crisis(form.cleaned_data["text"]),
    }
    return render(request, "procedures/question_stop.html", context)


# /questions/<token>/
@require_safe
@private
def question(request: HttpRequest, token: str) -> HttpResponse:
    """What was asked, and the answer when it is there; both go after 90 days."""
    found = Question.objects.select_related("edition__explainer").with_token(token).first()
    if found is None:
        raise Http404
    context: dict[str, Any] = {
        "question": found,
        "page": found.edition,
        "instead": INSTEAD.get(found.reason),  # type: ignore[call-overload]
        "safety": safety_text.current().body,
    }
    return render(request, "procedures/question_answer.html", context)
