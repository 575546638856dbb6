"""Replay of a version over past requests, putting it live, retiring it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from clinic.staff import needs, signed_in
from requests.actions import NotAllowed, SomebodyWasFaster
from requests.actions import rules as actions
from requests.models import RuleVersion
from requests.rules.replay import MOST, PERIODS, Replay, replay

from . import looks, rules, rules_shown

# So many of each list are shown; the counts are of all.
SHOWN = 100
DAYS = 90


# /staff/requests/rules/<slug>/<number>/replay/
@require_safe
@needs("requests.read_clinical")
@needs("requests.view_rule")
def over_past(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Whom the version would have caught, and whom no longer; the answers shown go on the access record."""
    found, mine = rules.versions_of(slug)
    shown = rules.numbered(mine, number)
    old = rules.live_one(mine)
    context = {
        "rule": found,
        "version": shown,
        "periods": PERIODS,
        **replayed(request, shown, old if old != shown else rules.before(shown, mine), days_in(request)),
    }
    return rules_shown.page(request, "replay", f"Replay: {shown.words}, version {number}", context)


def days_in(request: HttpRequest) -> int:
    """One of the periods that are offered."""
    offered = {str(days): days for days in PERIODS}
    return offered.get(request.GET.get("days", ""), DAYS)


def replayed(
    request: HttpRequest, new: RuleVersion | None, old: RuleVersion | None, days: int
) -> dict[str, Any]:
    found: Replay = replay(new, old, days=days)
    caught, lost = found.caught[:SHOWN], found.lost[:SHOWN]
    looks.record_list(signed_in(request), [hit.inquiry for hit in (*caught, *lost)], "replay of a rule")
    return {"replay": found, "caught": caught, "lost": lost, "most": MOST, "old": old, "new": new}


# /staff/requests/rules/<slug>/<number>/live/
@require_http_methods(["GET", "HEAD", "POST"])
@needs("requests.write_rule")
def put_live(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found, mine = rules.versions_of(slug)
    shown, live = rules.numbered(mine, number), rules.live_one(mine)
    questions, user = actions.questions_now(), clinician(request)

    def run() -> str:
        seen = request.POST.get("seen", "")
        actions.put_live(shown, instead_of=int(seen) if seen.isdecimal() and len(seen) < 6 else None, by=user)
        return f"Version {number} is live. Requests sent from now on are tried on it."

    can_be = shown.state == RuleVersion.State.DRAFT and shown == mine[0]
    context: dict[str, Any] = {
        "rule": found,
        "version": shown,
        "shown": rules_shown.described(shown, questions),
        "seen": live.number if live else "",
        "heading": f"Put version {number} of “{shown.words}” live",
        "button": "Put live",
        "can_be": can_be,
        "is_going_live": True,
        **rules_shown.tried(shown, questions),
        **rules_shown.compared(shown, live, questions),
    }
    if not can_be:
        context["problems"] = ["Only the newest version can go live, and only once."]
        return rules_shown.page(request, "verb", context["heading"], context, status=409)
    return verb(request, shown, run, context, (shown, live))


# /staff/requests/rules/<slug>/<number>/retire/
@require_http_methods(["GET", "HEAD", "POST"])
@needs("requests.write_rule")
def retire(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found, mine = rules.versions_of(slug)
    shown, user = rules.numbered(mine, number), clinician(request)

    def run() -> str:
        actions.retire(shown, by=user)
        return f"The rule is retired. No request sent from now on gets the flag “{shown.words}”."

    context: dict[str, Any] = {
        "rule": found,
        "version": shown,
        "shown": rules_shown.described(shown, actions.questions_now()),
        "heading": f"Retire the rule “{shown.words}”",
        "button": "Retire the rule",
        "can_be": shown.state == RuleVersion.State.LIVE,
        "fits": True,
        "is_dangerous": True,
    }
    if not context["can_be"]:
        context["problems"] = ["This version is not live, so there is nothing to retire."]
        return rules_shown.page(request, "verb", context["heading"], context, status=409)
    return verb(request, shown, run, context, (None, shown))


def clinician(request: HttpRequest) -> Any:
    user = signed_in(request)
    if not actions.may_put_live(user):
        raise PermissionDenied
    return user


def verb(
    request: HttpRequest,
    shown: RuleVersion,
    run: Callable[[], str],
    context: dict[str, Any],
    pair: tuple[RuleVersion | None, RuleVersion | None],
) -> HttpResponse:
    """The confirm page, with the replay on it; done by POST."""
    status = 200
    if request.method == "POST":
        try:
            messages.success(request, run())
            return redirect("admin:requests_rule", shown.rule.slug)
        except SomebodyWasFaster:
            context["problems"] = ["Somebody changed the rule meanwhile. Read it again, then decide."]
            status = 409
        except NotAllowed as error:
            context["problems"] = [str(error)]
            status = 422
    context |= replayed(request, *pair, DAYS)
    return rules_shown.page(request, "verb", context["heading"], context, status=status)
