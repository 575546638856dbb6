"""All words of the safety text as form fields: the newest version in, a new one out."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from . import checks, page
from .models import Reference, SafetyText
from .safety_fields import Line, Lines, Place
from .safety_items import PARTS, Part, is_held, keys_ever, new_key

NEW_SIGNS = 2
NOTE = 200
WHY_HELD = "the request form or a rule for flags relies on it"
AFTER = "When to call"
# What the advice of the emergency card must say (section 2.4, points a to g), by the words that tell it.
ADVICE = {
    "that one sign is enough": r"\b(?:single|one|any) sign\b",
    "to go now and not to wait for us": r"\bnow\b.*\bnot wait\b",
    "to go to an emergency room, not to urgent care": r"\bemergency room\b.*\bnot\b.*\burgent care\b",
    "not to drive": r"\bnot drive\b",
    "the words cauda equina syndrome": r"\bcauda equina syndrome\b",
    "how rare it is, and what a delay can leave": r"\brare\b.*\bdelay\b",
    "that the signs can also start later": r"\blater\b",
}
AFTER_CARDS = "::care after-emergency\n\n::care after-same-day\n\n::care after-expected"


class SafetyForm(forms.Form):
    """Made from `base`, the newest version. Keys come from there and never from what is posted."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, base: SafetyText) -> None:
        super().__init__(data)
        self.base = base
        for part in PARTS:
            self._add_part(part, part.of(base.body))
        self._add(
            "crisis",
            Line("The line about a crisis", "Enter the words about a crisis", widget=forms.Textarea()),
        )
        self.initial["crisis"] = base.crisis["text"]
        note = Line("What changed, and why", "Enter what changed, and why", NOTE)
        note.help_text = "For the clinician who signs it off, and for the record."
        self._add("change_note", note)
        self._add("base", forms.CharField(widget=forms.HiddenInput, required=False), base.version)

    def _add(self, name: str, field: forms.Field, initial: Any = None) -> None:
        self.fields[name] = field
        if initial is not None:
            self.initial[name] = initial

    def _add_part(self, part: Part, card: dict[str, Any]) -> None:
        name = part.name
        self._add(f"{name}-heading", Line("Heading", "Enter the heading"), card["heading"])
        self._add(
            f"{name}-intro", Line("Line under the heading", "Enter the line under the heading"), card["intro"]
        )
        for number, item in enumerate(card["items"], 1):
            self._add_sign(part, item["key"], item, number)
        for number in range(NEW_SIGNS):
            self._add_sign(part, f"new-{number}", {}, None)
        if "advice" in card:
            self._add(f"{name}-advice", Lines("Advice"), "\n".join(card["advice"]))
        sources = Line(
            "Keys of its sources",
            limit=200,
            help_text="Like AHCPR FIN20. Patients do not see them in the card.",
        )
        self._add(f"{name}-sources", sources, " ".join(card.get("sources", [])))

    def _add_sign(self, part: Part, key: str, item: dict[str, str], number: int | None) -> None:
        stem, missing = f"{part.name}-{key}", "Enter the words of this sign" if item else ""
        self._add(
            f"{stem}-text",
            Line("In the card, after the heading", missing, widget=forms.Textarea()),
            item.get("text"),
        )
        if part.asked:
            question = Line("In the request form, beside a checkbox", missing, widget=forms.Textarea())
            self._add(f"{stem}-question", question, item.get("question"))
        self._add(f"{stem}-place", Place(required=bool(item)), number)
        if item and not is_held(part.name, key):
            self._add(f"{stem}-remove", forms.BooleanField(label="Take this sign out", required=False))

    # For the template

    def parts(self) -> Iterator[dict[str, Any]]:
        for part in PARTS:
            keys = [item["key"] for item in part.of(self.base.body)["items"]]
            yield {
                "title": part.title,
                "first": [self[f"{part.name}-{name}"] for name in ("heading", "intro")],
                "signs": [self._sign(part, key, f"Sign {number}") for number, key in enumerate(keys, 1)],
                "new": [
                    self._sign(part, f"new-{number}", "A new sign (optional)") for number in range(NEW_SIGNS)
                ],
                "last": [
                    self[name]
                    for name in (f"{part.name}-advice", f"{part.name}-sources")
                    if name in self.fields
                ],
            }

    def _sign(self, part: Part, key: str, title: str) -> dict[str, Any]:
        names = [f"{part.name}-{key}-{name}" for name in ("text", "question", "place", "remove")]
        fields: list[BoundField] = [self[name] for name in names if name in self.fields]
        return {
            "title": title,
            "key": "" if key.startswith("new-") else key,
            "fields": fields,
            "is_held": is_held(part.name, key),
        }

    # From the fields to a body

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for part in PARTS:
            self._check_held(part)
            self._check_part(part, cleaned)
        self._check_advice(" ".join(cleaned.get("emergency-advice", [])))
        if "988" not in cleaned.get("crisis", "988"):
            self.add_error("crisis", "Name the crisis line: 988")
        if not self.errors:
            for failure in new_failures(self.base.body, self.body()):
                self.add_error(None, failure)
        return cleaned

    def _check_held(self, part: Part) -> None:
        """A hand-made request may ask for what the page does not offer."""
        for item in part.of(self.base.body)["items"]:
            asked = self.data.get(f"{part.name}-{item['key']}-remove")
            if asked and is_held(part.name, item["key"]):
                self.add_error(None, f"{part.title}: the sign {item['key']} stays, because {WHY_HELD}")

    def _check_part(self, part: Part, cleaned: dict[str, Any]) -> None:
        heading = cleaned.get(f"{part.name}-heading", "")
        if heading and part.ends_in_if and not heading.endswith(" if"):
            self.add_error(
                f"{part.name}-heading",
                "The heading must end in the word if; the lines under it finish its sentence",
            )
        if heading and part.name.endswith("emergency") and not heading.startswith("Call 911 "):
            self.add_error(f"{part.name}-heading", "The heading must begin with: Call 911")
        for number in range(NEW_SIGNS):
            self._check_new(part, number, cleaned)
        self._check_sources(part, cleaned.get(f"{part.name}-sources", ""))
        if not self._signs(part, cleaned):
            self.add_error(None, f"{part.title}: keep at least 1 sign")

    def _check_advice(self, advice: str) -> None:
        for point, words in ADVICE.items():
            if not re.search(words, advice, re.IGNORECASE):
                self.add_error("emergency-advice", f"The advice must say {point}")

    def _check_new(self, part: Part, number: int, cleaned: dict[str, Any]) -> None:
        stem = f"{part.name}-new-{number}"
        text, question = cleaned.get(f"{stem}-text"), cleaned.get(f"{stem}-question")
        if part.asked and text and not question:
            self.add_error(f"{stem}-question", "Enter how the request form asks for the new sign")
        if part.asked and question and not text:
            self.add_error(f"{stem}-text", "Enter the words of the new sign for the card")

    def _check_sources(self, part: Part, typed: str) -> None:
        keys = typed.split()
        known = Reference.objects.filter(key__in=keys).values_list("key", flat=True)
        old = part.of(self.base.body).get("sources", [])
        if unknown := [key for key in keys if key not in {*known, *old}]:
            self.add_error(f"{part.name}-sources", f"There is no source with the key {unknown[0]}")

    def _signs(self, part: Part, cleaned: dict[str, Any]) -> list[dict[str, str]]:
        """The signs that stay and the new ones, in their new order."""
        keys = [item["key"] for item in part.of(self.base.body)["items"]]
        kept = [key for key in keys if not cleaned.get(f"{part.name}-{key}-remove")]
        rows = [(key, f"{part.name}-{key}") for key in kept]
        added = [f"{part.name}-new-{number}" for number in range(NEW_SIGNS)]
        taken = keys_ever(part) | set(keys)
        for stem in added:
            if text := cleaned.get(f"{stem}-text"):
                rows.append((new_key(text, taken), stem))
                taken.add(rows[-1][0])
        rows.sort(key=lambda row: cleaned.get(f"{row[1]}-place") or 100)
        names = ("text", "question") if part.asked else ("text",)
        return [
            {"key": key} | {name: cleaned.get(f"{stem}-{name}", "") for name in names} for key, stem in rows
        ]

    def body(self) -> dict[str, Any]:
        """The new version, in the shape of content/safety.toml."""
        cleaned = self.cleaned_data
        body: dict[str, Any] = {"after": {}}
        for part in PARTS:
            card: dict[str, Any] = {name: cleaned[f"{part.name}-{name}"] for name in ("heading", "intro")}
            if f"{part.name}-advice" in cleaned:
                card["advice"] = cleaned[f"{part.name}-advice"]
            if sources := cleaned[f"{part.name}-sources"].split():
                card["sources"] = sources
            card["items"] = self._signs(part, cleaned)
            (body["after"] if len(part.path) > 1 else body)[part.path[-1]] = card
        return body | {"crisis": {"text": cleaned["crisis"]}}


def new_failures(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What the checks of pages find in these words and not in those before."""
    known = set(_failures(old))
    return [failure for failure in _failures(new) if failure not in known]


def _failures(body: dict[str, Any]) -> list[str]:
    alone = page.Page(
        slug="safety",
        kind="procedure",
        plain_name="",
        medical_name="",
        description="",
        lead="",
        author="",
        first_published_on="",
        sections=(page.Section("when-to-call", AFTER, AFTER_CARDS),),
        safety=body,
    )
    ours = ("safety text", 'section "when-to-call"')
    return [str(failure) for failure in checks.run(alone) if failure.place.startswith(ours)]
