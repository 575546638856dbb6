"""What the edit screen shows: each part of the page with its draft and what would stop it."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.forms import BoundField
from django.urls import reverse

from procedures import figures, scheduling
from procedures.blocks import CARDS, RISK_GROUPS
from procedures.checks import Failure
from procedures.desk import drafts, places, saving
from procedures.desk.page_forms import SLOT_NAMES
from procedures.models import Explainer, Reference
from procedures.page import Page

TITLES = {
    "key_facts": ("Key facts", "Add a key fact"),
    "sections": ("Sections", "Add a section"),
    "traits": ("How it differs from other conditions", "Add a cell"),
    "findings": ("Findings: numbers from studies", "Add a finding"),
    "risks": ("Risks", "Add a risk"),
    "asked": ("Questions patients ask", "Add a question"),
}


@dataclass
class Row:
    """One row of a table: its form beside its draft; `part` is its address on the screen."""

    part: str
    title: str
    fields: list[BoundField]
    preview: Any = ""
    failures: list[Failure] = field(default_factory=list)
    place: BoundField | None = None
    remove: BoundField | None = None
    is_wrong: bool = False
    is_open: bool = False


@dataclass
class Part:
    name: str
    title: str
    adds: str
    management: Any
    rows: list[Row]
    extra: list[Row]
    failures: list[Failure]


def change_url(explainer: Explainer) -> str:
    return reverse("admin:procedures_explainer_change", args=[explainer.pk])


def linked(failures: list[Failure], explainer: Explainer, words: Page) -> list[tuple[Failure, str]]:
    """Each with the address of the field in which it is mended."""
    keys = {found[1] for each in failures if (found := re.match(r"reference (\w+)", each.place))}
    sources = dict(Reference.objects.filter(key__in=keys).values_list("key", "pk"))
    return [(each, _link(each, explainer, words, sources)) for each in failures]


def _link(failure: Failure, explainer: Explainer, words: Page, sources: dict[str, int]) -> str:
    if failure.place == "safety text":
        return reverse("admin:procedures_safetytext_changelist")
    found = re.match(r"reference (\w+)", failure.place)
    if found and found[1] in sources:
        return reverse("admin:procedures_reference_change", args=[sources[found[1]]])
    return f"{change_url(explainer)}#{places.field_id(failure, words)}"


def shown(form: saving.Desk, words: Page, failures: list[Failure], opened: str = "") -> dict[str, Any]:
    """The draft stands beside stored words only: those that were just typed may not fit it."""
    drawn = {} if form.names.is_bound else drafts.parts(words)
    by_part = _by_part(failures, words)
    tables = [_part(name, rows, drawn.get(name, []), by_part) for name, rows in form.tables.items()]
    for row in (row for table in tables for row in (*table.rows, *table.extra)):
        row.is_open = row.is_wrong or bool(row.failures) or row.part == opened
    return {
        "heads": _heads(form, drawn.get("lead", ""), by_part),
        "parts": tables,
        "references": drawn.get("references", []),
    }


def _heads(form: saving.Desk, lead: Any, by_part: dict[str, list[Failure]]) -> list[Row]:
    """Names and main message: the draft beside the one that has marks."""
    groups = (
        ("names", "Names", ("plain_name", "medical_name"), ""),
        ("lead", "Main message", ("lead",), lead),
        ("description", "For search engines", ("description",), ""),
        ("about", "About this page", ("author", "first_published_on", "related"), ""),
    )
    return [
        Row(
            part,
            title,
            [form.names[name] for name in names if name in form.names.fields],
            preview,
            [failure for name in names for failure in by_part.get(name, [])],
            is_wrong=any(name in form.names.errors for name in names),
        )
        for part, title, names, preview in groups
    ]


def _by_part(failures: list[Failure], words: Page) -> dict[str, list[Failure]]:
    found: dict[str, list[Failure]] = {}
    for failure in failures:
        found.setdefault(places.part_of(failure, words), []).append(failure)
    return found


def _part(name: str, rows: Any, drawn: list[Any], by_part: dict[str, list[Failure]]) -> Part:
    made = [_row(name, number, form, drawn, by_part) for number, form in enumerate(rows.forms)]
    known = rows.initial_form_count()
    return Part(name, *TITLES[name], rows.management_form, made[:known], made[known:], by_part.get(name, []))


def _row(name: str, number: int, form: Any, drawn: list[Any], by_part: dict[str, list[Failure]]) -> Row:
    part = f"{name}-{number}"
    return Row(
        part,
        _title(form),
        [form[each] for each in form.fields if each not in ("ORDER", "DELETE")],
        drawn[number] if number < len(drawn) else "",
        by_part.get(part, []),
        form["ORDER"],
        form["DELETE"],
        bool(form.errors),
    )


def _title(form: Any) -> str:
    """In words where the row's key is chosen from a list."""
    value = str(form[form.key].value() or "")
    names = SLOT_NAMES if form.key == "slot" else dict(getattr(form.fields[form.key], "choices", []))
    return str(names.get(value, value))


def keys(words: Page) -> dict[str, Any]:
    """What can be named in a text, to be copied from."""
    return {
        "sources": Reference.objects.order_by("key"),
        "findings": [(f"{{finding:{row.key}}}", row.number, row.title) for row in words.findings],
        "tables": [(f"::finding {row.key}", row.title) for row in words.findings],
        "risks": [(row.key, RISK_GROUPS.get(row.group, row.group), row.name) for row in words.risks],
        "figures": [f"::figure {path.stem}" for path in sorted(figures.FOLDER.glob("*.svg"))],
        "cards": [f"::care {name}" for name in CARDS],
    }


def standing(explainer: Explainer, words: Page) -> dict[str, Any]:
    """Where the page stands: what readers have, what waits, who saved last."""
    editions = explainer.editions.defer("html", "references_html").order_by("-number")
    newest = editions.first()
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Explainer), object_id=str(explainer.pk)
    )
    return {
        "newest": newest,
        "differs": newest is None or scheduling.words_hash(words) != scheduling.edition_hash(newest),
        "waiting": scheduling.waiting(explainer),
        "last_saved": entries.select_related("user").order_by("-action_time").first(),
    }
