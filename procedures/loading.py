"""Stores what the content files say: references, the safety text, working copies of pages."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models as db
from django.db import transaction

from . import content, models, page, safety_text
from .page import Page


def load_references(path: Path) -> int:
    """Store new and changed entries; what was edited in the admin stays until its entry changes."""
    changed = 0
    known = {reference.key: reference for reference in models.Reference.objects.all()}
    for key, data in content.read_toml(path, path.read_text(encoding="utf-8")).items():
        line = _line_of(path, f"[{key}]")
        content.check_shape(path, f"reference {key}", line, data, content.REFERENCE)
        row = known.get(key) or models.Reference(key=key)
        if row.loaded_hash == page.digest(data):
            continue
        for name in content.REFERENCE:
            setattr(row, name, data.get(name, None if name == "year" else ""))
        row.loaded_hash = page.digest(data)
        _save(row, f"{path.name}, line {line}: reference {key}")
        changed += 1
    return changed


def load_safety_text(path: Path) -> tuple[models.SafetyText, bool]:
    body = content.read_toml(path, path.read_text(encoding="utf-8"))
    for name, part in (("emergency", body), ("urgent", body), ("after", body), ("crisis", body)):
        if name not in part:
            raise content.ContentError(f'{path.name}: the part "{name}" is missing.')
    cards = [body["emergency"], body["urgent"], *body["after"].values()]
    used = {key for card in cards for key in card.get("sources", [])}
    if unknown := sorted(used - set(models.Reference.objects.values_list("key", flat=True))):
        raise content.ContentError(f"{path.name}: the source {unknown[0]} is not in references.toml.")
    return safety_text.load(body)


def _line_of(path: Path, line: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines.index(line) + 1 if line in lines else 1


@transaction.atomic
def store(path: Path, file: content.PageFile, *, overwrite: bool = False) -> tuple[models.Explainer, bool]:
    """Write the file's words over the working copy.

    False beside it: somebody has edited the copy in the admin since it was
    loaded, so it was left as it is.
    """
    explainer = models.Explainer.objects.select_for_update().filter(slug=file.page.slug).first()
    if explainer:
        now = page.of(explainer).own_hash
        if now != explainer.loaded_hash and not overwrite:
            return explainer, False
        if now == file.page.own_hash:
            return explainer, True
    explainer = explainer or models.Explainer(slug=file.page.slug)
    for name in ("kind", "plain_name", "medical_name", "description", "lead", "author"):
        setattr(explainer, name, getattr(file.page, name))
    explainer.first_published_on = date.fromisoformat(file.page.first_published_on)
    explainer.loaded_hash = file.page.own_hash
    _save(explainer, f"{path.name}: the front matter")
    if explainer.is_hidden:
        raise content.ContentError(
            f"{path.name}: the site has another page at the address {explainer.slug}. Rename the file."
        )
    _replace(path, explainer, file.page)
    return explainer, True


def _replace(path: Path, explainer: models.Explainer, words: Page) -> None:
    for name in ("sections", "key_facts", "findings", "risks", "traits"):
        getattr(explainer, name).all().delete()
    known = {reference.key: reference for reference in models.Reference.objects.all()}
    plain: tuple[tuple[Any, Callable[..., db.Model], str, str], ...] = (
        (words.key_facts, models.KeyFact, "key fact", "label"),
        (words.sections, models.Section, "section", "slot"),
        (words.traits, models.Trait, "trait", "aspect"),
    )
    for items, model, word, name in plain:
        for number, item in enumerate(items):
            row = model(explainer=explainer, position=number, **vars(item))
            _save(row, f'{path.name}: {word} "{getattr(item, name)}"')
    kinds: tuple[tuple[Any, Callable[..., db.Model], str], ...] = (
        (words.findings, models.Finding, "finding"),
        (words.risks, models.Risk, "risk"),
    )
    for items, model, word in kinds:
        for number, item in enumerate(items):
            _save_evidence(model, explainer, number, item, known, f'{path.name}: {word} "{item.key}"')


def _save_evidence(
    model: Any, explainer: models.Explainer, position: int, item: Any, known: dict[str, Any], where: str
) -> None:
    fields = {name: value for name, value in vars(item).items() if name != "references"}
    for name in ("before", "after"):
        if name in fields:
            fields[name] = fields[name] or None
    if unknown := sorted(set(item.references) - set(known)):
        raise content.ContentError(f"{where}: the source {unknown[0]} is not in references.toml.")
    row = model(explainer=explainer, position=position, **fields)
    _save(row, where)
    row.references.set(known[key] for key in item.references)


def _save(row: db.Model, where: str) -> None:
    """Save what passes the model's own rules, or name the field that does not."""
    try:
        row.full_clean()
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        field = "" if name == "__all__" else f' "{name}":'
        raise content.ContentError(f"{where}:{field} {problems[0]}") from None
    row.save()


@transaction.atomic
def relate(files: list[content.PageFile]) -> None:
    """After all pages are there: link each to its related ones."""
    pages = {explainer.slug: explainer for explainer in models.Explainer.objects.all()}
    for file in files:
        if unknown := [slug for slug in file.related if slug not in pages]:
            raise content.ContentError(
                f'{file.page.slug}.md: the related page "{unknown[0]}" does not exist.'
            )
        pages[file.page.slug].related.set(pages[slug] for slug in file.related)
