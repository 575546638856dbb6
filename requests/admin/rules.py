"""Safety rules to read: the list, a rule with its versions, a version with its samples."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.panels import Tag
from clinic.staff import needs, signed_in, site
from procedures.desk.differences import Comparison, difference
from procedures.models import SafetyText
from procedures.safety_items import keys_ever
from requests import safety
from requests.actions import rules as actions
from requests.models import Flag, Rule, RuleVersion
from requests.rules import samples
from requests.rules.checks import broken
from requests.rules.language import in_words
from requests.rules.questions import Catalogue

COUNTED_DAYS = 90
SEVERITY_TONES = {"emergency": "u", "urgent": "u", "before_booking": "w", "note": ""}
STATE_TONES = {"draft": "w", "live": "o", "retired": ""}
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
        return severity_tag(self.shown)

    @property
    def tags(self) -> list[Tag]:
        tags = [state_tag(self.shown)]
        if self.draft and self.draft != self.shown:
            tags.append(Tag(f"Version {self.draft.number} is a draft", "w"))
        return [*tags, Tag("Cannot be raised", "u")] if self.problems else tags


def severity_tag(version: RuleVersion) -> Tag:
    return Tag(version.get_severity_display(), SEVERITY_TONES[version.severity])


def state_tag(version: RuleVersion) -> Tag:
    return Tag(version.get_state_display(), STATE_TONES[version.state])


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
    return page(request, "rules", "Safety rules", context)


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
        "shown": described(shown, actions.questions_now()),
        "versions": [(version, state_tag(version), counted.get(version.number, 0)) for version in mine],
        "days": COUNTED_DAYS,
        "live": live,
        "newest": mine[0],
        **rights(request),
    }
    return page(request, "rule", shown.words, context)


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
        "shown": described(shown, questions),
        "live": live,
        "newest": mine[0],
        **tried(shown, questions),
        **compared(shown, before(shown, mine), questions),
        **rights(request),
    }
    return page(request, "version", f"{shown.words}, version {shown.number}", context)


def is_no_row(slug: str) -> bool:
    """Flags name also what is no row: see docs/adr/0007."""
    if slug == safety.RED_FLAG_CHANGED.rule:
        return True
    return not Rule.objects.filter(slug=slug).exists() and slug in keys_ever(actions.URGENT_LIST)


def no_row(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What raised such a flag; for a sign the version is that of the safety text."""
    if slug == safety.RED_FLAG_CHANGED.rule:
        return page(request, "no_row", safety.RED_FLAG_CHANGED.words, {})
    text = get_object_or_404(SafetyText, version=number)
    words = next((item["question"] for item in text.urgent["items"] if item["key"] == slug), None)
    if words is None:
        raise Http404
    return page(request, "no_row", words, {"text": text})


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


# What several pages say


def described(version: RuleVersion, questions: Catalogue) -> dict[str, Any]:
    return {
        "version": version,
        "tags": [severity_tag(version), state_tag(version)],
        "lines": in_words(version.condition, questions),
        "tells": questions[version.tells].label if version.tells in questions else version.tells,
        "problems": broken(version, questions),
    }


def tried(version: RuleVersion, questions: Catalogue) -> dict[str, Any]:
    """Its samples with what the rule does about them; nothing when it cannot be tried at all."""
    if broken(version, questions) or samples.problems(version.samples, questions):
        return {"results": None, "fits": False}
    results = samples.tried(version, questions)
    missing = samples.missing(results)
    wrong = [result for result in results if not result.is_right]
    return {"results": results, "missing": missing, "wrong": wrong, "fits": not wrong and not missing}


def compared(new: RuleVersion, old: RuleVersion | None, questions: Catalogue) -> dict[str, Any]:
    if old is None:
        return {}
    pairs = zip(_told(old, questions), _told(new, questions), strict=True)
    differ = [difference(title, a, b) for (title, a), (_title, b) in pairs if a != b]
    names = {"old_name": f"Version {old.number}", "new_name": f"Version {new.number}"}
    return {"comparison": Comparison(differ, []), **names}


def _told(version: RuleVersion, questions: Catalogue) -> list[tuple[str, str]]:
    tells = questions[version.tells].label if version.tells in questions else version.tells
    return [
        ("Raised when", "\n".join(in_words(version.condition, questions))),
        ("How grave it is", version.get_severity_display()),
        ("Words on the flag", version.words),
        ("Also shown", tells),
        ("Source", version.source),
    ]


def page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    everything = {**site.each_context(request), "title": title, **context}
    return render(request, f"admin/requests/rules/{template}.html", everything, status=status)
