"""Publishing at a day and time in the clinic's zone: words are set aside now and published then."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from clinic import calendar
from clinic.models import User

from . import checks, page, publishing
from .models import Edition, Explainer, ScheduledPublication

log = logging.getLogger("clinic.worker")
State = ScheduledPublication.State
FURTHEST = timedelta(days=366)
# A worker looks twice a minute; what waits longer than this waits for a worker.
LATE = timedelta(minutes=5)


def instants(wall: datetime) -> list[datetime]:
    """The moments at which the clinic's clocks show this time: one; two in the hour that comes
    twice in autumn, the earlier first; none in the hour that is left out in spring."""
    both = [wall.replace(tzinfo=calendar.zone(), fold=fold).astimezone(UTC) for fold in (0, 1)]
    return sorted({moment for moment in both if _shown(moment) == wall})


def _shown(moment: datetime) -> datetime:
    return moment.astimezone(calendar.zone()).replace(tzinfo=None, fold=0)


@transaction.atomic
def set_aside(
    explainer: Explainer, *, by: User, publish_at: datetime, change_note: str
) -> ScheduledPublication:
    """The working copy as it is now, when it passes the checks; one for each page."""
    explainer = Explainer.objects.select_for_update().get(pk=explainer.pk)
    words = page.of(explainer)
    _may_wait(explainer, publish_at)
    if found := checks.run(words):
        raise publishing.Refused(found)
    based_on = published_words(explainer)
    if based_on == words_hash(words):
        raise publishing.NotAllowed("Nothing has changed since the newest edition.")
    return ScheduledPublication.objects.create(
        explainer=explainer,
        content=words.as_json(),
        own_hash=words_hash(words),
        based_on=based_on,
        change_note=change_note,
        publish_at=publish_at,
        created_by=by,
    )


def _may_wait(explainer: Explainer, publish_at: datetime) -> None:
    if explainer.is_withdrawn:
        raise publishing.NotAllowed("This page is withdrawn. Bring it back first.")
    if waiting(explainer):
        raise publishing.NotAllowed("A publication waits already. Take it back first.")
    if not timezone.now() < publish_at <= timezone.now() + FURTHEST:
        raise publishing.NotAllowed("Choose a time that is still to come, within a year.")


def words_hash(words: page.Page) -> str:
    """Of all that this page alone says: sources, drawings and safety words are shared."""
    return page.digest(replace(words, references={}, figures={}, safety={}).as_json())


def edition_hash(edition: Edition) -> str:
    return words_hash(page.from_json(edition.content))


def published_words(explainer: Explainer) -> str:
    newest = explainer.editions.order_by("-number").first()
    return edition_hash(newest) if newest else ""


def waiting(explainer: Explainer) -> ScheduledPublication | None:
    return explainer.scheduled.filter(state=State.WAITING).first()


def take_back(scheduled: ScheduledPublication) -> None:
    """Nothing will be published; refused when it has been already."""
    still = ScheduledPublication.objects.filter(pk=scheduled.pk, state=State.WAITING)
    if not still.update(state=State.TAKEN_BACK, ended_at=timezone.now()):
        raise publishing.NotAllowed("It does not wait any more.")


def see(scheduled: ScheduledPublication) -> None:
    """Somebody has read why it failed."""
    unseen = ScheduledPublication.objects.filter(pk=scheduled.pk, state=State.FAILED, seen_at=None)
    unseen.update(seen_at=timezone.now())


def publish_due() -> None:
    """What every worker does each half minute. One page's failure stops no other."""
    due = ScheduledPublication.objects.filter(state=State.WAITING, publish_at__lte=timezone.now())
    for pk in due.order_by("publish_at", "pk").values_list("pk", flat=True):
        try:
            _publish_one(pk)
        except Exception:
            log.exception("scheduled publication failed", extra={"event": "scheduled_publication_failed"})


@transaction.atomic
def _publish_one(pk: int) -> None:
    """Whoever has the row publishes it; the others find it taken, or done."""
    rows = ScheduledPublication.objects.select_for_update(skip_locked=True, of=("self",))
    scheduled = rows.filter(pk=pk, state=State.WAITING).select_related("explainer", "created_by").first()
    if scheduled is None:
        return
    try:
        with transaction.atomic():
            edition = _publish(scheduled)
    except publishing.Refused as refused:
        _end(scheduled, state=State.FAILED, problems=list(map(str, refused.failures)))
    except publishing.NotAllowed as refused:
        _end(scheduled, state=State.FAILED, problems=[str(refused)])
    else:
        _end(scheduled, state=State.PUBLISHED, edition=edition)


def _publish(scheduled: ScheduledPublication) -> Edition:
    """The words that were set aside, with the sources, drawings and safety words of today."""
    explainer = Explainer.objects.select_for_update().get(pk=scheduled.explainer_id)
    if explainer.is_withdrawn:
        raise publishing.NotAllowed("The page was withdrawn in the meantime.")
    if published_words(explainer) not in (scheduled.based_on, scheduled.own_hash):
        raise publishing.NotAllowed("Other words were published in the meantime; these would undo them.")
    words = page.with_shared(page.from_json(scheduled.content))
    return publishing.publish_page(
        explainer, words, by=scheduled.created_by, change_note=scheduled.change_note
    )


def _end(scheduled: ScheduledPublication, **changes: object) -> None:
    scheduled.ended_at = timezone.now()
    for name, value in changes.items():
        setattr(scheduled, name, value)
    scheduled.save(update_fields=["ended_at", *changes])


def to_be_told() -> QuerySet[ScheduledPublication]:
    """What waits, and what failed until somebody has read it: for the home page."""
    told = Q(state=State.WAITING) | Q(state=State.FAILED, seen_at=None)
    return (
        ScheduledPublication.objects.filter(told)
        .select_related("explainer", "created_by")
        .defer("content")
        .order_by("publish_at")
    )
