"""From the working copy to an edition that never changes, and what clinicians say about it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from clinic.calendar import local_today

from . import blocks, checks, page, reviews, shared_words, working_copy
from .models import Edition, Explainer, Review, SafetyText, SharedWords

if TYPE_CHECKING:
    from clinic.models import User

LONGEST_REVIEW = timedelta(days=366)


class Refused(Exception):
    """The page has faults; each says where and quotes the words."""

    def __init__(self, failures: list[checks.Failure]) -> None:
        super().__init__("\n".join(map(str, failures)))
        self.failures = failures


class NotAllowed(Exception):
    """The text says in one sentence why not; `field` names the answer of a form that is to be changed."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def failures(explainer: Explainer) -> list[checks.Failure]:
    """What would stop the working copy from being published."""
    return checks.run(page.of(explainer))


# What is made of an edition when it is published, in the same transaction: a search index, an
# image ... Apps add their functions in AppConfig.ready().
after_publication: list[Callable[[Edition], object]] = []


@transaction.atomic
def publish(
    explainer: Explainer, *, by: "User | None" = None, change_note: str, beside: Iterable[str] = ()
) -> Edition:
    """A new edition of the working copy, or the newest one when nothing in it has changed.

    `beside`: addresses of pages that are published together with it, so that it may lead to them.
    """
    explainer = Explainer.objects.select_for_update().get(pk=explainer.pk)
    words = page.of(explainer)
    words = replace(words, pages=words.pages.union(beside))
    return publish_page(explainer, words, by=by, change_note=change_note)


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


@transaction.atomic
def record_review(edition: Edition, *, by: "User", reviewed_on: date, next_due: date) -> Review:
    """Only a clinician's word takes the banner off a page (E17 to E19).

    Whoever presses twice waits for the row and then finds the review that is there.
    """
    if not by.has_role("Clinician"):
        raise PermissionDenied
    _needs_credential(by)
    _review_days(edition, reviewed_on, next_due)
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    review, _is_new = Review.objects.get_or_create(
        edition=edition,
        reviewer=by,
        reviewed_on=reviewed_on,
        next_due=next_due,
        defaults={"reviewer_name": by.get_full_name() or by.username, "credential": by.credential},
    )
    return review


def _review_days(edition: Edition, reviewed_on: date, next_due: date) -> None:
    if reviewed_on > local_today():
        raise NotAllowed("The day of the review must be today or in the past.", field="reviewed_on")
    published_on = _words_published_on(edition)
    if reviewed_on < published_on:
        day = reviews.day_words(published_on)
        raise NotAllowed(
            f"These words were first published on {day}. The review cannot be earlier.", field="reviewed_on"
        )
    if not reviewed_on < next_due <= reviewed_on + LONGEST_REVIEW:
        raise NotAllowed("The next review must be due within 12 months of this one.", field="next_due")


def _words_published_on(edition: Edition) -> date:
    """The first day of these words, which several editions may have: a review holds for all of them."""
    same = edition.explainer.editions.filter(content_hash=edition.content_hash)
    return timezone.localdate(same.aggregate(first=Min("published_at"))["first"])


def sign_off(text: SafetyText, *, by: "User") -> None:
    """A clinician stands for these words about danger signs (R11); once, and from now on patients see them."""
    if not by.has_role("Clinician"):
        raise PermissionDenied
    _needs_credential(by)
    if SafetyText.objects.filter(version__gt=text.version).exclude(signed_off_at=None).exists():
        raise NotAllowed("A newer version has been signed off, and patients see that one.")
    unsigned = SafetyText.objects.filter(pk=text.pk, signed_off_at=None)
    if not unsigned.update(signed_off_by=by, signed_off_at=timezone.now()):
        raise NotAllowed("This version has been signed off already.")


def sign_off_words(words: SharedWords, *, by: "User") -> None:
    """A clinician stands for the words of a page that has no editions; once, and it shows at once."""
    if not by.has_role("Clinician"):
        raise PermissionDenied
    _needs_credential(by)
    if not shared_words.is_current(words):
        raise NotAllowed("These words have changed since. Sign off the newer ones.")
    signature = {
        "signed_off_by": by,
        "signer_name": by.get_full_name() or by.username,
        "credential": by.credential,
        "signed_off_at": timezone.now(),
    }
    if not SharedWords.objects.filter(pk=words.pk, signed_off_at=None).update(**signature):
        raise NotAllowed("These words have been signed off already.")


def _needs_credential(user: "User") -> None:
    if not user.credential:
        raise NotAllowed("Your account has no credential, like MD or RN. Ask your manager to add it.")


def withdraw(explainer: Explainer) -> None:
    """Takes the page off the site; its editions are kept."""
    _set_withdrawn(explainer, True, "This page is withdrawn already.")


def bring_back(explainer: Explainer) -> None:
    """The newest edition is public again."""
    _set_withdrawn(explainer, False, "This page is not withdrawn.")


def _set_withdrawn(explainer: Explainer, is_withdrawn: bool, otherwise: str) -> None:
    rows = Explainer.objects.filter(pk=explainer.pk, is_withdrawn=not is_withdrawn)
    if not rows.update(is_withdrawn=is_withdrawn):
        raise NotAllowed(otherwise)


@transaction.atomic
def publish_again(edition: Edition, *, by: "User") -> Edition:
    """Back to the words of an older edition, with the sources and safety words of today.

    The working copy is set to them too, or its next publication would undo this.
    """
    explainer = Explainer.objects.select_for_update().get(pk=edition.explainer_id)
    newest = explainer.editions.order_by("-number").values_list("number", flat=True)[0]
    if edition.number == newest:
        raise NotAllowed("This is the newest edition already.")
    working_copy.write(explainer, page.from_json(edition.content))
    note = f"Back to edition {edition.number}: {edition.change_note}"
    again = publish(explainer, by=by, change_note=note[: Edition._meta.get_field("change_note").max_length])
    if again.number == newest:
        raise NotAllowed(f"The words are those of edition {newest}, so nothing would change.")
    return again
