"""Safety rules: written by somebody, tried on samples, put live and retired by a clinician."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from clinic.models import User
from procedures import safety_items, safety_text
from requests.models import Rule, RuleVersion
from requests.rules import samples
from requests.rules.checks import broken
from requests.rules.questions import Catalogue, catalogue
from requests.safety import RED_FLAG_CHANGED

from .base import NotAllowed, SomebodyWasFaster

URGENT_LIST = next(part for part in safety_items.PARTS if part.name == "urgent")


@dataclass(frozen=True)
class RuleWords:
    """What somebody writes: a version without its number and its days."""

    condition: dict[str, Any]
    severity: str
    words: str
    source: str
    samples: list[dict[str, Any]]
    tells: str = ""
    why: str = ""

    def differs_from(self, version: RuleVersion) -> bool:
        return any(getattr(self, name) != getattr(version, name) for name in vars(self) if name != "why")


class WrittenAlready(Exception):
    """What its author sent before, word for word: a second click. Nothing was written again."""

    def __init__(self, version: RuleVersion) -> None:
        super().__init__(str(version))
        self.version = version


def questions_now() -> Catalogue:
    """With the signs that patients are asked about now."""
    return catalogue(safety_text.current())


@transaction.atomic
def write_rule(said: RuleWords, *, by: User) -> RuleVersion:
    """A new rule with a draft; nothing is raised before it is put live."""
    need_permission(by)
    refuse_unsound(said)
    # One new rule of an author at a time, so that a second click sees what the first one wrote.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    refuse_again(RuleVersion.objects.filter(number=1).exclude(state=RuleVersion.State.RETIRED), said, by)
    try:
        with transaction.atomic():
            rule = Rule.objects.create(slug=new_slug(said.words))
    except IntegrityError:
        raise SomebodyWasFaster from None
    return RuleVersion.objects.create(rule=rule, number=1, written_by=by, **vars(said))


def refuse_again(versions: QuerySet[RuleVersion], said: RuleWords, by: User) -> None:
    if version := versions.filter(written_by=by, **vars(said)).first():
        raise WrittenAlready(version)


def new_slug(words: str) -> str:
    """Different from every rule and from every sign of the urgent list: flags name both by it."""
    taken = set(Rule.objects.values_list("slug", flat=True))
    return safety_items.new_key(words, taken | safety_items.keys_ever(URGENT_LIST) | {RED_FLAG_CHANGED.rule})


@transaction.atomic
def write_version(rule: Rule, said: RuleWords, *, after: int, by: User) -> RuleVersion:
    """The next draft of a rule; `after` is the newest version that the author has seen."""
    need_permission(by)
    newest = hold(rule)
    refuse_again(rule.versions.filter(number__gt=after), said, by)
    if newest.number != after:
        raise SomebodyWasFaster
    refuse_unsound(said)
    if not said.differs_from(newest):
        raise NotAllowed("Nothing has changed.")
    return RuleVersion.objects.create(rule=rule, number=after + 1, written_by=by, **vars(said))


@transaction.atomic
def put_live(version: RuleVersion, *, instead_of: int | None, by: User) -> None:
    """From now on requests are tried on it; `instead_of` is the live version that the clinician has seen."""
    need_clinician(by)
    newest, live = hold(version.rule), live_version(version.rule)
    if (live.number if live else None) != instead_of:
        raise SomebodyWasFaster
    if newest.pk != version.pk or newest.state != RuleVersion.State.DRAFT:
        raise NotAllowed("Only the newest version can go live, and only once.")
    refuse_wrong(newest)
    now = timezone.now()
    if live:
        end(live, by, now)
    change = {"state": RuleVersion.State.LIVE, "live_at": now, "live_by": by}
    if RuleVersion.objects.filter(pk=newest.pk, state=RuleVersion.State.DRAFT).update(**change) != 1:
        raise SomebodyWasFaster


@transaction.atomic
def retire(version: RuleVersion, *, by: User) -> None:
    """Nothing raises this flag any more; flags of the past stay."""
    need_clinician(by)
    hold(version.rule)
    end(version, by, timezone.now())


def end(version: RuleVersion, by: User, now: Any) -> None:
    change = {"state": RuleVersion.State.RETIRED, "retired_at": now, "retired_by": by}
    if RuleVersion.objects.filter(pk=version.pk, state=RuleVersion.State.LIVE).update(**change) != 1:
        raise SomebodyWasFaster


def hold(rule: Rule) -> RuleVersion:
    """One change of a rule at a time; gives its newest version."""
    Rule.objects.select_for_update().get(pk=rule.pk)
    return rule.versions.order_by("-number")[0]


def live_version(rule: Rule) -> RuleVersion | None:
    return rule.versions.live().first()


# Who may, and what stops it


def need_permission(by: User) -> None:
    if not by.has_perm("requests.write_rule"):
        raise NotAllowed("Only clinicians write rules.")


def may_put_live(user: User) -> bool:
    """A clinical decision: no other right stands in for the role."""
    return user.has_perm("requests.write_rule") and user.has_role("Clinician")


def need_clinician(by: User) -> None:
    if not may_put_live(by):
        raise NotAllowed("Only a clinician puts a rule live or retires it.")


def refuse_unsound(said: RuleWords | RuleVersion) -> None:
    questions = questions_now()
    problems = broken(said, questions) + samples.problems(said.samples, questions)
    if problems:
        raise NotAllowed(" ".join(problems))


def refuse_wrong(version: RuleVersion) -> None:
    """What its samples show it to get wrong does not go live."""
    refuse_unsound(version)
    results = samples.tried(version, questions_now())
    if missing := samples.missing(results):
        raise NotAllowed(missing)
    if not all(result.is_right for result in results):
        raise NotAllowed("A sample gives another result than expected. Write a version that passes.")
