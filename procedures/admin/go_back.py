"""An older edition is published again, and what that does to the draft and to a plan is said before."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from clinic.models import User
from clinic.staff import signed_in
from procedures import page, publishing, scheduling
from procedures.desk import differences
from procedures.models import Edition, Explainer
from procedures.staff_forms import GoBackForm

from .publish import confirmed, log
from .verb import verb_page

DRAFT_CHANGED = "The draft was changed while this page was open. Look at what differs now, then decide again."


# /staff/procedures/edition/<pk>/publish-again/
@confirmed
def publish_again(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition.objects.select_related("explainer"), pk=pk)
    stakes = _at_stake(edition)
    form = GoBackForm(
        request.POST if request.method == "POST" else None, loses_draft=bool(stakes["loses_draft"])
    )

    def run() -> str:
        again = _go_back(edition, by=signed_in(request), seen=request.POST.get("seen", ""))
        log(request, edition.explainer, f"Went back to edition {edition.number}.")
        return f"{again} is published with the words of edition {edition.number}."

    newest = stakes["newest"]
    context = stakes | {
        "title": f"Go back to {edition}",
        "button": "Publish these words again",
        "explains": "A new edition with these words is published at once, and the draft is set to them. Today's safety words and sources are used.",
        "comparison": differences.between(page.from_json(newest.content), page.from_json(edition.content)),
        "old_name": f"Edition {newest.number}, public now",
        "new_name": f"Edition {edition.number}",
        "details": "admin/procedures/_going_back.html",
        "is_dangerous": stakes["loses_draft"],
    }
    return verb_page(request, edition, form, run, context)


def _at_stake(edition: Edition) -> dict[str, Any]:
    """What going back to this edition would do to the draft and to the plan of its page."""
    own, words = scheduling.words_hash(page.own(edition.explainer)), scheduling.edition_hash(edition)
    newest = edition.explainer.editions.order_by("-number")[0]
    waiting = scheduling.waiting(edition.explainer)
    return {
        "edition": edition,
        "newest": newest,
        "loses_draft": own not in (words, scheduling.edition_hash(newest)),
        "seen": own,
        "waiting": waiting,
        "plan_fails": waiting and words not in (waiting.based_on, waiting.own_hash),
    }


@transaction.atomic
def _go_back(edition: Edition, *, by: User, seen: str) -> Edition:
    """Throws away only the draft that the page showed."""
    Explainer.objects.select_for_update().get(pk=edition.explainer_id)
    stakes = _at_stake(Edition.objects.select_related("explainer").get(pk=edition.pk))
    if stakes["loses_draft"] and seen != stakes["seen"]:
        raise publishing.NotAllowed(DRAFT_CHANGED)
    return publishing.publish_again(edition, by=by)
