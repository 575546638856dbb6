"""Safety rules for tests.

said(words="Smoker", ...)              what somebody writes, ready for the verbs
a_draft("diabetes", by, ...)           the next version of a rule
a_live_rule(by, ...)                   a new rule, put live
posted(response, do="save", ...)       what a browser sends from the page on which rules are written
"""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.apps import apps

from clinic.models import User
from requests.actions import rules as actions
from requests.actions.rules import RuleWords
from requests.models import Rule, RuleVersion
from requests.rules import first
from tests.builders import a_user

LUMBAR = {"key": "pain_areas", "is": "ticked", "values": ["lower_back"]}
LUMBAR_SAMPLES = [
    {"answers": {"pain_areas": ["lower_back"]}, "raises": True},
    {"answers": {"pain_areas": ["groin"]}, "raises": False},
]


def first_rules() -> None:
    """Tests that really commit empty the tables, and the migrated rules with them."""
    first.store(apps)


def said(**fields: Any) -> RuleWords:
    return RuleWords(
        **{
            "condition": LUMBAR,
            "severity": "note",
            "words": "Lower back",
            "source": "Sample guideline",
            "samples": LUMBAR_SAMPLES,
            "why": "Asked for by the team",
            **fields,
        }
    )


def a_clinician() -> User:
    return a_user("Clinician", credential="MD")


def a_draft(slug: str, by: User, **fields: Any) -> RuleVersion:
    rule = Rule.objects.get(slug=slug)
    newest = rule.versions.order_by("-number")[0]
    return actions.write_version(rule, said(**fields), after=newest.number, by=by)


def a_live_rule(by: User, **fields: Any) -> RuleVersion:
    version = actions.write_rule(said(**fields), by=by)
    actions.put_live(version, instead_of=None, by=by)
    return RuleVersion.objects.get(pk=version.pk)


class Fields(HTMLParser):
    """What the browser would send of the form for rules, without any button."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.inside, self.select = False, ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = "rule-form" in (given.get("class") or "")
        if not self.inside:
            return
        if tag == "select":
            self.select = given["name"]
        elif tag == "option" and "selected" in given:
            self.data[self.select] = [given.get("value", "")]
        elif tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.data.setdefault(given["name"], []).append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


def posted(response: Any, **changes: Any) -> dict[str, Any]:
    """Changes name fields with _ for -, like p0_add; None takes a field away."""
    fields = Fields()
    fields.feed(response.content.decode())
    data: dict[str, Any] = dict(fields.data)
    data |= {re.sub(r"^([ps]\d+)_(l\d+_)?", _dashes, name): value for name, value in changes.items()}
    return {name: value for name, value in data.items() if value is not None}


def _dashes(match: re.Match[str]) -> str:
    return match[0].replace("_", "-")


def text(response: Any) -> str:
    """The words of a page, without its tags."""
    words = re.sub(r"<(head|header|nav|script)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())
