"""The verbs of a page: publish now or later, take back, withdraw, bring back."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clinic.models import User
from clinic.staff import signed_in, site
from clinic.templatetags.clinic_tags import moment
from procedures import checks, leading, page, publishing, reviews, scheduling
from procedures.desk import differences
from procedures.models import Edition, Explainer, Review, ScheduledPublication
from procedures.page import Page
from procedures.staff_forms import PublishForm, ScheduleForm

from .edit_parts import change_url, linked, standing
from .verb import confirmation, verb_page

CHANGED = "The draft was changed while this page was open. Read below what differs now, then publish."
confirmed = require_http_methods(["GET", "HEAD", "POST"])


# /staff/procedures/explainer/<pk>/publish/
@confirmed
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    explainer, form = get_object_or_404(Explainer, pk=pk), PublishForm(request.POST or None)

    def run() -> str:
        note, by = form.cleaned_data["change_note"], signed_in(request)
        return _publish(explainer, by=by, note=note, seen=request.POST.get("seen", ""))

    context = {
        "title": f"Publish {explainer}",
        "button": "Publish",
        "explains": "The new edition is published at once.",
        "about_plan": "Publishing now takes that plan back.",
    }
    return publication_page(request, explainer, form, run, context)


def _publish(explainer: Explainer, *, by: User, note: str, seen: str) -> str:
    """Only the words that the page showed; a planned publication of other words gives way."""
    if seen not in ("", scheduling.words_hash(page.own(explainer))):
        raise publishing.NotAllowed(CHANGED)
    last = explainer.editions.order_by("-number").values_list("number", flat=True).first()
    edition = publishing.publish(explainer, by=by, change_note=note)
    if edition.number == last:
        raise publishing.NotAllowed(f"Nothing has changed since edition {last}.")
    waiting = scheduling.waiting(explainer)
    if waiting is None:
        return f"{edition} is published."
    with suppress(publishing.NotAllowed):
        scheduling.take_back(waiting)
    return f"{edition} is published. The planned publication is taken back."


# /staff/procedures/explainer/<pk>/schedule/
@confirmed
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    explainer, form = get_object_or_404(Explainer, pk=pk), ScheduleForm(request.POST or None)

    def run() -> str:
        if request.POST.get("seen", "") not in ("", scheduling.words_hash(page.own(explainer))):
            raise publishing.NotAllowed(CHANGED)
        scheduled = scheduling.set_aside(
            explainer,
            by=signed_in(request),
            publish_at=form.cleaned_data["publish_at"],
            change_note=form.cleaned_data["change_note"],
        )
        return f"These words will be published on {moment(scheduled.publish_at)}."

    context = {
        "title": f"Publish {explainer} later",
        "button": "Publish at that time",
        "explains": "Exactly the words you see now will be published. What you change after this waits for the next publication.",
        "about_plan": "A page has one plan at a time: take this one back first.",
    }
    return publication_page(request, explainer, form, run, context)


def publication_page(
    request: HttpRequest,
    explainer: Explainer,
    form: forms.Form,
    run: Callable[[], str],
    context: dict[str, Any],
) -> HttpResponse:
    """What would be published, what stops it, and what readers would see differ."""
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                messages.success(request, run())
                return redirect(change_url(explainer))
            except publishing.NotAllowed as error:
                form.add_error(None, str(error))
            except publishing.Refused:
                pass
        status = 422
    explainer.refresh_from_db()
    context |= _words_to_publish(explainer) | {"form": form, "explainer": explainer}
    return render(
        request, "admin/procedures/publish.html", site.each_context(request) | context, status=status
    )


def _words_to_publish(explainer: Explainer) -> dict[str, Any]:
    words = page.of(explainer)
    now = standing(explainer, words)
    newest: Edition | None = now["newest"]
    before: Page | None = page.from_json(newest.content) if newest else None
    found = checks.run(words)
    return now | {
        "failures": found,
        "linked": linked(found, explainer, words),
        "comparison": differences.between(before, words) if before else None,
        "seen": scheduling.words_hash(words),
        "about_review": _about_review(explainer, words),
    }


def _about_review(explainer: Explainer, words: Page) -> str:
    """What a new edition of these words will say, or wait for."""
    review = Review.objects.of(explainer, words.content_hash).first()
    if review:
        day = reviews.day_words(review.reviewed_on)
        return f"A review of these words holds for the new edition: {review.reviewer_name}, {review.credential}, {day}."
    if settings.REQUIRE_CLINICAL_REVIEW:
        return "Readers see the new edition once a clinician has reviewed it. Until then nothing changes for them."
    return "The new edition says that nobody has reviewed it until a clinician does."


# /staff/procedures/explainer/<pk>/take-back/
@confirmed
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    explainer = get_object_or_404(Explainer, pk=pk)
    waiting = scheduling.waiting(explainer)
    if waiting is None and request.method != "POST":
        raise Http404

    def run() -> str:
        if waiting is None:
            raise publishing.NotAllowed("Nothing waits to be published any more.")
        scheduling.take_back(waiting)
        return "The planned publication is taken back. Nothing will be published."

    context = {
        "title": f"Take back the planned publication of {explainer}",
        "button": "Take it back",
        "explains": f"It was to be published on {moment(waiting.publish_at)}." if waiting else "",
    }
    return verb_page(request, explainer, confirmation(request), run, context)


# /staff/procedures/explainer/<pk>/problems/
@confirmed
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a planned publication did not happen; it leaves the home page once somebody has read it."""
    explainer = get_object_or_404(Explainer, pk=pk)
    unread = explainer.scheduled.filter(state=ScheduledPublication.State.FAILED, seen_at=None)
    failed = list(unread.order_by("publish_at"))
    if not failed and request.method != "POST":
        raise Http404

    def run() -> str:
        if not failed:
            raise publishing.NotAllowed("Somebody has read this already.")
        for each in failed:
            scheduling.see(each)
        return "It is off the home page. The page has not changed."

    context = {
        "title": f"{explainer} was not published as planned",
        "button": "I have read this",
        "explains": "Nothing was published. Mend the draft, then publish it or plan it again.",
        "lines": [
            (f"Planned for {moment(each.publish_at)}: {each.change_note}", each.problems) for each in failed
        ],
    }
    return verb_page(request, explainer, confirmation(request), run, context)


# /staff/procedures/explainer/<pk>/withdraw/
@confirmed
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    explainer = get_object_or_404(Explainer, pk=pk)

    def run() -> str:
        publishing.withdraw(explainer)
        log(request, explainer, "Withdrew the page.")
        return f"{explainer} is withdrawn. Readers are told that we took the page back, with ways on."

    context = {
        "title": f"Withdraw {explainer}",
        "button": "Withdraw",
        "explains": "Readers cannot open the page or its sheets any more, and are told that we took it back. Its editions and reviews are kept, and you can bring it back.",
        "leading": leading.to(explainer),
        "details": "admin/procedures/_withdrawing.html",
        "is_dangerous": True,
    }
    return verb_page(request, explainer, confirmation(request), run, context)


# /staff/procedures/explainer/<pk>/bring-back/
@confirmed
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    explainer = get_object_or_404(Explainer, pk=pk)

    def run() -> str:
        publishing.bring_back(explainer)
        log(request, explainer, "Brought the page back.")
        return f"{explainer} is back."

    context = {
        "title": f"Bring back {explainer}",
        "button": "Bring back",
        "explains": "Readers see the newest edition again at once. The draft stays a draft.",
    }
    return verb_page(request, explainer, confirmation(request), run, context)


def log(request: HttpRequest, explainer: Explainer, words: str) -> None:
    site.get_model_admin(Explainer).log_change(request, explainer, words)
