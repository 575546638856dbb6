"""Writes words over a working copy, and joins the words of two editors who wrote at once."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core import signing
from django.db import transaction

from . import models, page
from .page import Page

NAMES = ("plain_name", "medical_name", "description", "lead", "author", "first_published_on")
# The tables of a page: the model of a row, and the field that tells it from its neighbours.
TABLES: dict[str, tuple[Any, str]] = {
    "key_facts": (models.KeyFact, "label"),
    "sections": (models.Section, "slot"),
    "traits": (models.Trait, "aspect"),
    "findings": (models.Finding, "key"),
    "risks": (models.Risk, "key"),
    "asked": (models.AskedQuestion, "question"),
}


@transaction.atomic
def write(explainer: models.Explainer, words: Page) -> None:
    """The words have passed the forms or the checks; address and kind stay."""
    for name in NAMES:
        setattr(explainer, name, getattr(words, name))
    explainer.first_published_on = date.fromisoformat(words.first_published_on)
    explainer.save(update_fields=NAMES)
    before = page.own(explainer)
    for name in TABLES:
        if getattr(before, name) != getattr(words, name):
            write_table(explainer, name, getattr(words, name))


def write_table(explainer: models.Explainer, name: str, items: tuple[Any, ...]) -> None:
    model, _ = TABLES[name]
    getattr(explainer, name).all().delete()
    columns = {column.name for column in model._meta.concrete_fields}
    rows = [
        model(explainer=explainer, position=position, **_columns(item, columns))
        for position, item in enumerate(items)
    ]
    model.objects.bulk_create(rows)
    if name in ("findings", "risks"):
        _write_references(model.references.through, model._meta.model_name, rows, items)


def _columns(item: Any, columns: set[str]) -> dict[str, Any]:
    """A mean score that is not there is an empty text in a page and nothing in the database."""
    values = {name: value for name, value in vars(item).items() if name in columns}
    return values | {name: values[name] or None for name in ("before", "after") if name in values}


def _write_references(through: Any, name: str, rows: list[Any], items: tuple[Any, ...]) -> None:
    known = dict(models.Reference.objects.values_list("key", "pk"))
    through.objects.bulk_create(
        through(**{f"{name}_id": row.pk, "reference_id": known[key]})
        for row, item in zip(rows, items, strict=True)
        for key in item.references
        if key in known
    )


# What a form had shown travels with it, so that a later save is told apart from an earlier one.


def seal(words: Page) -> str:
    content = {name: value for name, value in words.as_json().items() if name in (*NAMES, *TABLES)}
    return signing.dumps(content, salt="working-copy", compress=True)


def unseal(text: str, now: Page) -> Page:
    """The words a form had shown; those of now when its own cannot be read."""
    try:
        content = signing.loads(text, salt="working-copy")
    except signing.BadSignature:
        return now
    return replace(page.from_json(content), slug=now.slug, kind=now.kind)


@dataclass(frozen=True)
class Joined:
    """`words`: theirs where only they wrote, ours elsewhere; `both`: the parts that both changed."""

    words: Page
    both: tuple[tuple[str, str], ...]


def join(shown: Page, theirs: Page, ours: Page) -> Joined:
    both: list[tuple[str, str]] = []
    changes: dict[str, Any] = {}
    for name in NAMES:
        was, their, our = (getattr(each, name) for each in (shown, theirs, ours))
        changes[name] = their if our == was else our
        if was not in (our, their) and our != their:
            both.append((name, ""))
    for name, (_, key) in TABLES.items():
        rows = [{getattr(row, key): row for row in getattr(each, name)} for each in (shown, theirs, ours)]
        joined, doubtful = _join_rows(*rows)
        changes[name] = joined
        both += [(name, row) for row in doubtful]
    return Joined(replace(ours, **changes), tuple(both))


def _join_rows(
    was: dict[str, Any], theirs: dict[str, Any], ours: dict[str, Any]
) -> tuple[tuple[Any, ...], list[str]]:
    """Our order; rows that they added stand behind the row they put them behind."""
    rows: list[tuple[str, Any]] = []
    both: list[str] = []
    for key, our in ours.items():
        their, before = theirs.get(key), was.get(key)
        if our == before and their != before:
            rows += [(key, their)] if their else []
            continue
        rows.append((key, our))
        if their not in (before, our):
            both.append(key)
    for key, their in theirs.items():
        if key not in ours and their != was.get(key):
            rows.insert(_place_behind(key, list(theirs), [row for row, _ in rows]), (key, their))
            both += [key] if key in was else []
    return tuple(row for _, row in rows), both


def _place_behind(key: str, order: list[str], there: list[str]) -> int:
    earlier = order[: order.index(key)]
    return max((there.index(each) + 1 for each in earlier if each in there), default=0)
