"""Safety rules to read: the list, a rule with its versions, a version with its samples."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.panels import Tag
from clinic.staff import needs, signed_in
from procedures.models import SafetyText
from procedures.safety_items import keys_ever
from requests import safety
from requests.actions import rules as actions
from requests.models import Flag, Rule, RuleVersion
from requests.rules.checks import broken
from requests.rules.questions import Catalogue

from . import rules_shown

COUNTED_DAYS = 90
PEOPLE = ("written_by", "live_by", "retired_by")


@dataclass(frozen=True)
class Row:
    """`shown` is the live version, or else the newest; `draft` waits behind it."""

    rule: Rule
    shown: RuleVersion
    draft: RuleVersion | None
    raised: int
    problems: list[str]

    @property
    def severity(self) -> Tag:
        return rules_shown.severity_tag(self.shown)

    @property
    def tags(self) -> list[Tag]:
        tags = [rules_shown.state_tag(self.shown)]
        if self.draft and self.draft != self.shown:
            tags.append(Tag(f"Version {self.draft.number} is a draft", "w"))
        return [*tags, Tag("Cannot be raised", "u")] if self.problems else tags


# /staff/requests/rules/
@require_safe
@needs("requests.view_rule")
def rules(request: HttpRequest) -> HttpResponse:
    found = rows()
    held = [row for row in found if row.shown.state != RuleVersion.State.RETIRED]
    context = {
        "rows": held,
        "retired": [row for row in found if row not in held],
        "days": COUNTED_DAYS,
        "built_in": safety.RED_FLAG_CHANGED,
        "built_in_raised": raised().get(safety.RED_FLAG_CHANGED.rule, 0),
    }
    return rules_shown.page(request, "rules", "Safety rules", context)


def rows() -> list[Row]:
    questions, counted = actions.questions_now(), raised()
    versions: dict[int, list[RuleVersion]] = {}
    for version in RuleVersion.objects.select_related("rule").order_by("rule_id", "-number"):
        versions.setdefault(version.rule_id, []).append(version)
    found = [_row(mine, questions, counted) for mine in versions.values()]
    return sorted(found, key=lambda row: safety.GRAVEST_FIRST.index(row.shown.severity))


def _row(mine: list[RuleVersion], questions: Catalogue, counted: dict[str, int]) -> Row:
    newest = mine[0]
    shown = next((version for version in mine if version.state == RuleVersion.State.LIVE), newest)
    draft = newest if newest.state == RuleVersion.State.DRAFT else None
    problems = broken(shown, questions) if shown.state == RuleVersion.State.LIVE else []
    return Row(shown.rule, shown, draft, counted.get(shown.rule.slug, 0), problems)


def raised() -> dict[str, int]:
    """How many requests of the last weeks each rule was raised on."""
    since = timezone.now() - timedelta(days=COUNTED_DAYS)
    counts = Flag.objects.filter(raised_at__gte=since).order_by().values_list("rule")
    return dict(counts.annotate(Count("pk")))


# /staff/requests/rules/<slug>/
@require_safe
@needs("requests.view_rule")
def rule(request: HttpRequest, slug: str) -> HttpResponse:
    found, mine = versions_of(slug)
    live = live_one(mine)
    since = timezone.now() - timedelta(days=COUNTED_DAYS)
    counted = dict(
        Flag.objects.filter(rule=slug, raised_at__gte=since)
        .order_by()
        .values_list("rule_version")
        .annotate(Count("pk"))
    )
    shown = live or mine[0]
    context = {
        "rule": found,
        "shown": rules_shown.described(shown, actions.questions_now()),
        "versions": [
            (version, rules_shown.state_tag(version), counted.get(version.number, 0)) for version in mine
        ],
        "days": COUNTED_DAYS,
        "live": live,
        "newest": mine[0],
        **rights(request),
    }
    return rules_shown.page(request, "rule", shown.words, context)


# /staff/requests/rules/<slug>/<number>/
@require_safe
@needs("requests.view_rule")
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    if is_no_row(slug):
        return no_row(request, slug, number)
    found, mine = versions_of(slug)
    shown, live = numbered(mine, number), live_one(mine)
    questions = actions.questions_now()
    context = {
        "rule": found,
        "shown": rules_shown.described(shown, questions),
        "live": live,
        "newest": mine[0],
        **rules_shown.tried(shown, questions),
        **rules_shown.compared(shown, before(shown, mine), questions),
        **rights(request),
    }
    return rules_shown.page(request, "version", f"{shown.words}, version {shown.number}", context)


def is_no_row(slug: str) -> bool:
    """Flags name also what is no row: see docs/adr/0007."""
    if slug == safety.RED_FLAG_CHANGED.rule:
        return True
    return not Rule.objects.filter(slug=slug).exists() and slug in keys_ever(actions.URGENT_LIST)


def no_row(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What raised such a flag; for a sign the version is that of the safety text."""
    if slug == safety.RED_FLAG_CHANGED.rule:
        return rules_shown.page(request, "no_row", safety.RED_FLAG_CHANGED.words, {})
    text = get_object_or_404(SafetyText, version=number)
    words = next((item["question"] for item in text.urgent["items"] if item["key"] == slug), None)
    if words is None:
        raise Http404
    return rules_shown.page(request, "no_row", words, {"text": text})


def before(shown: RuleVersion, mine: list[RuleVersion]) -> RuleVersion | None:
    """What a version is compared with: for a draft what is live, else the one before it."""
    live = live_one(mine)
    if shown.state == RuleVersion.State.DRAFT and live:
        return live
    return next((each for each in mine if each.number < shown.number), None)


def versions_of(slug: str) -> tuple[Rule, list[RuleVersion]]:
    """The rule and its versions, the newest first; each knows its rule and its people."""
    found = get_object_or_404(Rule, slug=slug)
    mine = list(found.versions.select_related("rule", *PEOPLE).order_by("-number"))
    if not mine:
        raise Http404
    return found, mine


def numbered(mine: list[RuleVersion], number: int) -> RuleVersion:
    shown = next((each for each in mine if each.number == number), None)
    if shown is None:
        raise Http404
    return shown


def live_one(mine: list[RuleVersion]) -> RuleVersion | None:
    return next((each for each in mine if each.state == RuleVersion.State.LIVE), None)


def rights(request: HttpRequest) -> dict[str, bool]:
    user = signed_in(request)
    return {
        "may_write": user.has_perm("requests.write_rule"),
        "may_put_live": actions.may_put_live(user),
        "may_replay": user.has_perm("requests.read_clinical"),
    }
