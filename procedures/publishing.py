"""From the working copy to an edition that never changes, and what clinicians say about it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from clinic.calendar import local_today

from . import blocks, checks, page
from .models import Edition, Explainer, Review, SafetyText

if TYPE_CHECKING:
    from clinic.models import User

LONGEST_REVIEW = timedelta(days=366)


class Refused(Exception):
    """The page has faults; each says where and quotes the words."""

    def __init__(self, failures: list[checks.Failure]) -> None:
        super().__init__("\n".join(map(str, failures)))
        self.failures = failures


class NotAllowed(Exception):
    """The text says in one sentence why not."""


def failures(explainer: Explainer) -> list[checks.Failure]:
    """What would stop the working copy from being published."""
    return checks.run(page.of(explainer))


# What is made of an edition when it is published, in the same transaction: a search index, an
# image ... Apps add their functions in AppConfig.ready().
after_publication: list[Callable[[Edition], object]] = []


@transaction.atomic
def publish(explainer: Explainer, *, by: "User | None" = None, change_note: str) -> Edition:
    """A new edition of the working copy, or the newest one when nothing in it has changed."""
    explainer = Explainer.objects.select_for_update().get(pk=explainer.pk)
    return publish_page(explainer, page.of(explainer), by=by, change_note=change_note)


@transaction.atomic
def publish_page(
    explainer: Explainer, content: page.Page, *, by: "User | None" = None, change_note: str
) -> Edition:
    """The same from words that are at hand; the working copy stays as it is.

    Whoever publishes the same page at the same moment waits for the row and then
    finds that nothing has changed.
    """
    explainer = Explainer.objects.select_for_update().get(pk=explainer.pk)
    if found := checks.run(content):
        raise Refused(found)
    html, references_html = blocks.render_page(content)
    newest = explainer.editions.order_by("-number").first()
    if newest and (newest.content_hash, newest.html, newest.references_html) == (
        content.content_hash,
        html,
        references_html,
    ):
        return newest
    edition = Edition.objects.create(
        explainer=explainer,
        number=newest.number + 1 if newest else 1,
        plain_name=content.plain_name,
        medical_name=content.medical_name,
        description=content.description,
        author=content.author,
        html=html,
        references_html=references_html,
        content=content.as_json(),
        content_hash=content.content_hash,
        change_note=change_note,
        published_by=by,
    )
    for follow_up in after_publication:
        follow_up(edition)
    return edition


def record_review(edition: Edition, *, by: "User", reviewed_on: date, next_due: date) -> Review:
    """Only a clinician's word takes the banner off a page (E17 to E19)."""
    if not by.has_role("Clinician"):
        raise PermissionDenied
    if not by.credential:
        raise NotAllowed("Your account has no credential, like MD or RN. Ask your manager to add it.")
    if reviewed_on > local_today():
        raise NotAllowed("The day of the review must be today or in the past.")
    if not reviewed_on < next_due <= reviewed_on + LONGEST_REVIEW:
        raise NotAllowed("The next review must be due within 12 months of this one.")
    return Review.objects.create(
        edition=edition,
        reviewer=by,
        reviewer_name=by.get_full_name() or by.username,
        credential=by.credential,
        reviewed_on=reviewed_on,
        next_due=next_due,
    )


def sign_off(text: SafetyText, *, by: "User") -> None:
    """A clinician stands for these words about danger signs (R11); once."""
    if not by.has_role("Clinician"):
        raise PermissionDenied
    unsigned = SafetyText.objects.filter(pk=text.pk, signed_off_at=None)
    if not unsigned.update(signed_off_by=by, signed_off_at=timezone.now()):
        raise NotAllowed("This version has been signed off already.")
