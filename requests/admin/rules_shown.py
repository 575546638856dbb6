"""What several pages about safety rules say."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.panels import Tag
from clinic.staff import site
from procedures.desk.differences import Comparison, difference
from requests.models import RuleVersion
from requests.rules import samples
from requests.rules.checks import broken
from requests.rules.language import in_words
from requests.rules.questions import Catalogue

SEVERITY_TONES = {"emergency": "u", "urgent": "u", "before_booking": "w", "note": ""}
STATE_TONES = {"draft": "w", "live": "o", "retired": ""}


def severity_tag(version: RuleVersion) -> Tag:
    return Tag(version.get_severity_display(), SEVERITY_TONES[version.severity])


def state_tag(version: RuleVersion) -> Tag:
    return Tag(version.get_state_display(), STATE_TONES[version.state])


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
