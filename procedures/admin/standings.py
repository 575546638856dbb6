"""Where each page of the desk's list stands, in as many queries for one page as for all."""

from datetime import timedelta
from typing import Any

from django.db.models import Func, JSONField, OuterRef, Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime

from clinic.calendar import local_today
from clinic.templatetags.clinic_tags import moment
from procedures import page, scheduling
from procedures.models import Edition, Explainer, Review, ScheduledPublication

SOON = timedelta(days=30)


class OwnWords(Func):
    """The content of an edition without what pages share, which is most of its weight."""

    template = "(%(expressions)s - '{references,figures,safety}'::text[])"
    output_field = JSONField()


def with_standing(explainers: QuerySet[Explainer]) -> QuerySet[Explainer]:
    review = Review.objects.of(OuterRef("explainer"), OuterRef("content_hash"))
    newest = (
        Edition.objects.order_by("explainer_id", "-number")
        .distinct("explainer_id")
        .annotate(own_words=OwnWords("content"), review_row=review.values(row=Review.ROW)[:1])
        .defer("html", "references_html", "content")
    )
    waiting = ScheduledPublication.objects.filter(state=ScheduledPublication.State.WAITING)
    return explainers.prefetch_related(
        *page.TABLES_TO_READ,
        Prefetch("editions", newest, to_attr="newest_editions"),
        Prefetch("scheduled", waiting.defer("content"), to_attr="waiting_publications"),
    )


def _newest(explainer: Any) -> Any:
    return next(iter(explainer.newest_editions), None)


def published(explainer: Explainer) -> str | None:
    edition = _newest(explainer)
    if explainer.is_withdrawn:
        return tag("Withdrawn", "u")
    if edition is None:
        return None
    return f"Edition {edition.number}, {date_format(localtime(edition.published_at), 'M j, Y')}"


def draft(explainer: Explainer) -> str:
    edition = _newest(explainer)
    if edition and scheduling.words_hash(page.own(explainer)) == scheduling.words_hash(
        page.from_json(edition.own_words)
    ):
        return "Same"
    return tag("Differs" if edition else "Draft", "w")


def review(explainer: Explainer) -> str:
    edition = _newest(explainer)
    if edition is None:
        return ""
    if edition.review is None:
        return tag("None", "w")
    due = edition.review["next_due"]
    day = date_format(due, "M j, Y")
    if edition.review["is_overdue"]:
        return tag(f"Overdue since {day}", "u")
    return tag(f"Due {day}", "w") if due <= local_today() + SOON else f"Until {day}"


def planned(explainer: Any) -> str | None:
    waiting = next(iter(explainer.waiting_publications), None)
    return moment(waiting.publish_at) if waiting else None


def tag(words: str, tone: str) -> str:
    return format_html('<span class="tag {}">{}</span>', tone, words)
