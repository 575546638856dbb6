"""The edit screen's work: read the forms, join with what others saved meanwhile, save."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import QueryDict

from clinic.templatetags.clinic_tags import error_links
from procedures import page, working_copy
from procedures.checks.structure import SLOTS
from procedures.models import Explainer, Reference
from procedures.page import Page

from . import page_forms
from .page_forms import NamesForm
from .row_forms import Rows

PLURALS = {
    "key_facts": "Key fact",
    "sections": "Section",
    "traits": "Cell of the comparison",
    "findings": "Finding",
    "risks": "Risk",
    "asked": "Question patients ask",
}


class Desk:
    """All forms of one page; bound when somebody sent them."""

    def __init__(self, explainer: Explainer, words: Page, data: QueryDict | None = None) -> None:
        self.explainer = explainer
        self.names = NamesForm(data, instance=explainer, initial=_names(words))
        known = frozenset(Reference.objects.values_list("key", flat=True))
        self.tables: dict[str, Rows] = {
            name: factory(
                data,
                prefix=name,
                initial=None if data else [page_forms.initial_of(row) for row in getattr(words, name)],
                form_kwargs=_options(name, explainer, known),
            )
            for name, factory in page_forms.TABLES.items()
            if name != "traits" or explainer.kind == Explainer.Kind.CONDITION
        }
        for form in self.forms():
            fit(form)

    def forms(self) -> Iterator[Any]:
        yield self.names
        for rows in self.tables.values():
            yield from rows.forms

    def is_valid(self) -> bool:
        return all([self.names.is_valid(), *(rows.is_valid() for rows in self.tables.values())])

    def typed(self) -> Page:
        """The words as they were typed."""
        kept: dict[str, Any] = {name: self.names.cleaned_data[name] for name in working_copy.NAMES}
        kept["first_published_on"] = kept["first_published_on"].isoformat()
        kept["lead"] = kept["lead"].replace("\r\n", "\n")
        kept["description"] = " ".join(kept["description"].split())
        rows: dict[str, Any] = {name: table.in_order() for name, table in self.tables.items()}
        rows["sections"] = _in_their_places(rows["sections"], self.tables["sections"], self.explainer.kind)
        return Page(slug=self.explainer.slug, kind=self.explainer.kind, **kept, **rows)

    def problems(self) -> list[dict[str, str]]:
        """One line a field with its address, and which row it stands in."""
        found = [*error_links(self.names)]
        for name, rows in self.tables.items():
            for number, form in enumerate(rows.forms, 1):
                for link in error_links(form):
                    where = f"{PLURALS[name]} {number}"
                    first = next(iter(form.fields))
                    found.append(
                        {"text": f"{where}: {link['text']}", "id": link["id"] or form[first].id_for_label}
                    )
            found += [{"text": str(error), "id": f"part-{name}"} for error in rows.non_form_errors()]
        return found


def _names(words: Page) -> dict[str, Any]:
    return {name: getattr(words, name) for name in working_copy.NAMES}


def _options(name: str, explainer: Explainer, known: frozenset[str]) -> dict[str, Any]:
    if name in ("findings", "risks"):
        return {"known": known}
    return {"kind": explainer.kind} if name == "sections" else {}


def fit(form: Any) -> None:
    """Text areas as tall as their text, and none that cuts a pasted text off in silence."""
    for name, field in form.fields.items():
        widget = field.widget
        widget.attrs.pop("maxlength", None)
        if "rows" in widget.attrs:
            text = str(form[name].value() or "")
            needed = sum(len(line) // 72 + 1 for line in text.splitlines()) + 1
            widget.attrs["rows"] = max(widget.attrs["rows"], min(needed, 32))


def _in_their_places(sections: tuple[Any, ...], rows: Rows, kind: str) -> tuple[Any, ...]:
    """A new section without a place of its own stands where its kind of page has it."""
    order = {slot: number for number, slot in enumerate(SLOTS[kind])}
    new = {form.cleaned_data["slot"] for form in rows.kept if not form.cleaned_data.get("ORDER")}
    placed = [section for section in sections if section.slot not in new]
    for section in sections:
        if section.slot in new:
            rank = order.get(section.slot, len(order))
            later = (place for place, each in enumerate(placed) if order.get(each.slot, 0) > rank)
            placed.insert(next(later, len(placed)), section)
    return tuple(placed)


def start(explainer: Explainer) -> None:
    """A new page begins with an empty section for each place that must be filled."""
    empty = tuple(page.Section(slot, page_forms.SLOT_NAMES[slot], "") for slot in SLOTS[explainer.kind])
    working_copy.write_table(explainer, "sections", empty)


@transaction.atomic
def save(explainer: Explainer, desk: Desk, words: Page) -> None:
    working_copy.write(explainer, words)
    explainer.related.set(desk.names.cleaned_data.get("related", ()))
