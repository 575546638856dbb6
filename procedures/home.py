"""The pages on the staff home page."""

from datetime import date

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clinic.panels import Figure, Item, Panel, Tag
from clinic.staff import signed_in

from . import reviews, safety_text, shared_words
from .models import Edition, Question, SafetyText

SHOWN = 5


def panel(request: HttpRequest) -> Panel | None:
    if not signed_in(request).has_perm("procedures.view_edition"):
        return None
    waiting, url = reviews.waiting(), reverse("admin:procedures_review_due")
    newest = SafetyText.objects.first()
    unsigned = int(newest is not None and safety_text.waits_for_sign_off(newest))
    texts_url = reverse("admin:procedures_safetytext_changelist")
    words_url = reverse("admin:procedures_sharedwords_changelist")
    items = items_of(waiting)
    return Panel(
        "Pages",
        [
            _figure("Reviews overdue", len(waiting.overdue), url, "u"),
            _figure("Reviews due in 30 days", len(waiting.due), url),
            _figure("Pages without a review", len(waiting.unreviewed), url),
            _figure("Safety text to sign off", unsigned, texts_url),
            _figure("Other words to sign off", shared_words.to_sign_off(), words_url),
        ],
        list_title="Waiting for a review",
        items=items[:SHOWN],
        nothing="A clinician has reviewed every page, and no review is due in 30 days.",
        more=Item(f"All {len(items)} that wait for a review", url) if len(items) > SHOWN else None,
        covers=("procedures",),
        tables="procedures",
    )


def questions_panel(request: HttpRequest) -> Panel | None:
    """For those who answer patients' questions."""
    if not signed_in(request).has_perm("procedures.answer_question"):
        return None
    waiting = Question.objects.waiting().select_related("edition")
    url = f"{reverse('admin:procedures_question_changelist')}?state__exact=waiting"
    counts = waiting.order_by().aggregate(all=Count("pk"), urgent=Count("pk", filter=Q(sounds_urgent=True)))
    return Panel(
        "Questions from patients",
        [
            _figure("Waiting for an answer", counts["all"], url),
            _figure("Sound like an emergency", counts["urgent"], f"{url}&sounds_urgent__exact=1", "u"),
        ],
        list_title="Next to answer",
        items=[_question_item(question) for question in waiting[:SHOWN]],
        nothing="No question waits.",
        more=Item(f"All {counts['all']} that wait", url) if counts["all"] > SHOWN else None,
        covers=("procedures",),
    )


def _question_item(question: Question) -> Item:
    day: date = timezone.localdate(question.sent_at)
    return Item(
        f"Question of {reviews.day_words(day)}",
        reverse("admin:procedures_question_change", args=[question.pk]),
        [question.edition.plain_name],
        tags=[Tag("Sounds like an emergency", "u")] if question.sounds_urgent else [],
        tone="u" if question.sounds_urgent else "",
    )


def _figure(label: str, count: int, url: str, tone: str = "w") -> Figure:
    return Figure(label, count, url, tone if count else "")


def items_of(waiting: reviews.Waiting) -> list[Item]:
    """The overdue first, then those that are due, then those that nobody has read."""
    late = [_item(edition, Tag(f"Was due {_due(edition)}", "u"), "u") for edition in waiting.overdue]
    soon = [_item(edition, Tag(f"Due {_due(edition)}", "w")) for edition in waiting.due]
    return [*late, *soon, *(_item(edition) for edition in waiting.unreviewed)]


def _item(edition: Edition, due: Tag | None = None, tone: str = "") -> Item:
    day: date = timezone.localdate(edition.published_at)
    return Item(
        edition.plain_name,
        reverse("admin:procedures_edition_change", args=[edition.pk]),
        [
            f"Edition {edition.number}",
            f"published {reviews.day_words(day)}",
            *([] if due else ["nobody has reviewed it"]),
        ],
        due=due,
        tone=tone,
    )


def _due(edition: Edition) -> str:
    return reviews.day_words(reviews.next_due(edition))
