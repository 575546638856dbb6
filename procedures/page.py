"""A page as plain data: what is checked, rendered, hashed and kept in an edition."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import figures, models, rows, safety_text, ways
from .figures import Figure

if TYPE_CHECKING:
    from django.db.models import QuerySet

CITATION = re.compile(r"\[@([A-Za-z]\w*(?:; ?@[A-Za-z]\w*)*)\]")
FIGURE = re.compile(r"^::figure ([a-z0-9-]+)$", re.MULTILINE)
TABLES_TO_READ = (
    "key_facts", "sections", "traits", "asked", "findings__references", "risks__references",
)  # fmt: skip
ADDED_LATER = {"traits", "asked"}


@dataclass(frozen=True)
class KeyFact:
    label: str
    text: str


@dataclass(frozen=True)
class Trait:
    """One cell of the table that compares conditions."""

    aspect: str
    text: str


@dataclass(frozen=True)
class Section:
    slot: str
    heading: str
    body: str


@dataclass(frozen=True)
class Asked:
    """A question that patients ask; the answer is Markdown."""

    question: str
    answer: str


@dataclass(frozen=True)
class Share:
    """So many out of so many; both None: there is no reliable number."""

    numerator: int | None = None
    denominator: int | None = None

    @property
    def share(self) -> str:
        return f"{self.numerator:,} out of {self.denominator:,}" if self.denominator else ""


@dataclass(frozen=True, kw_only=True)
class Finding(Share):
    key: str
    title: str
    what: str
    population: str
    time: str
    design: str
    limits: str
    before: str = ""
    after: str = ""
    scale: str = ""
    references: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        return self.share or f"from {self.before} to {self.after}"


@dataclass(frozen=True, kw_only=True)
class Risk(Share):
    key: str
    group: str
    name: str
    what_it_is: str
    what_to_do: str
    number_note: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    key: str
    citation: str
    doi: str
    url: str
    year: int | None
    study_type: str
    size: str

    @property
    def address(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass(frozen=True, kw_only=True)
class Page:
    slug: str
    kind: str
    plain_name: str
    medical_name: str
    description: str
    lead: str
    author: str
    first_published_on: str
    key_facts: tuple[KeyFact, ...] = ()
    findings: tuple[Finding, ...] = ()
    risks: tuple[Risk, ...] = ()
    sections: tuple[Section, ...] = ()
    traits: tuple[Trait, ...] = ()
    asked: tuple[Asked, ...] = ()
    # What other pages use too.
    references: dict[str, Reference] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    safety: dict[str, Any] = field(default_factory=dict)
    # Addresses of other pages that its texts lead to and that are there; kept in no edition.
    pages: frozenset[str] = frozenset()

    @property
    def address(self) -> str:
        """Empty for words that are no explainer page."""
        return ways.address_of(self.kind, self.slug) if self.kind in models.Explainer.Kind.values else ""

    def section(self, slot: str) -> Section | None:
        return next((section for section in self.sections if section.slot == slot), None)

    def as_json(self) -> dict[str, Any]:
        """Without empty fields that older editions do not know: the same words keep their hash."""
        content = asdict(self)
        del content["pages"]
        return {name: value for name, value in content.items() if value or name not in ADDED_LATER}

    @property
    def own_hash(self) -> str:
        """Of what a content file says: without what pages share, and what only the admin knows."""
        return self._hash_without("references", "figures", "safety", "asked")

    @property
    def content_hash(self) -> str:
        """Of what a review stands for. The safety text has versions and a sign-off of its own."""
        return self._hash_without("safety")

    def _hash_without(self, *names: str) -> str:
        return digest({name: value for name, value in self.as_json().items() if name not in names})


def digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def of(explainer: models.Explainer) -> Page:
    """The working copy in the database with the references, drawings and safety text it uses."""
    return with_shared(own(explainer))


def own(explainer: models.Explainer) -> Page:
    """The working copy's own words; costs no query where working_copies() has read them."""
    names = ("slug", "kind", "plain_name", "medical_name", "description", "lead", "author")
    return Page(
        **{name: getattr(explainer, name) for name in names},
        first_published_on=explainer.first_published_on.isoformat(),
        key_facts=tuple(KeyFact(fact.label, fact.text) for fact in explainer.key_facts.all()),
        findings=tuple(_finding(row) for row in _with_references(explainer, "findings")),
        risks=tuple(_risk(row) for row in _with_references(explainer, "risks")),
        sections=tuple(Section(part.slot, part.heading, part.body) for part in explainer.sections.all()),
        traits=tuple(Trait(row.aspect, row.text) for row in explainer.traits.all()),
        asked=tuple(Asked(row.question, row.answer) for row in explainer.asked.all()),
    )


def _with_references(explainer: models.Explainer, name: str) -> Iterable[Any]:
    is_read = name in getattr(explainer, "_prefetched_objects_cache", {})
    rows = getattr(explainer, name)
    return rows.all() if is_read else rows.prefetch_related("references")


def working_copies() -> "QuerySet[models.Explainer]":
    """Explainers with all that own() needs, in as many queries for one page as for all."""
    return models.Explainer.objects.prefetch_related(*TABLES_TO_READ)


def with_shared(page: Page) -> Page:
    """The same words with what pages share as it is today: sources, drawings, safety text, ways."""
    bodies = [part.body for part in page.sections] + [row.answer for row in page.asked]
    lines = [fact.text for fact in page.key_facts] + [trait.text for trait in page.traits]
    keys = cited(page.lead, *lines, *bodies)
    keys = keys.union(*(row.references for row in page.findings), *(row.references for row in page.risks))
    return replace(
        page,
        references=known_references(keys),
        figures=figures.used_in(FIGURE.findall("\n".join(bodies))),
        safety=safety_text.current().body,
        pages=ways.known(ways.named("\n".join((page.lead, *lines, *bodies)))),
    )


def from_json(content: dict[str, Any]) -> Page:
    """What as_json() gave, also in the days before a field was added or after one was taken away."""
    return rows.made_of(Page, content)


def cited(*texts: str) -> set[str]:
    """The keys inside [@KEY; @KEY]."""
    return {key.strip(" @") for text in texts for found in CITATION.findall(text) for key in found.split(";")}


def known_references(keys: Iterable[str]) -> dict[str, Reference]:
    rows = models.Reference.objects.filter(key__in=keys)
    return {
        row.key: Reference(row.key, row.citation, row.doi, row.url, row.year, row.study_type, row.size)
        for row in rows
    }


def _finding(row: models.Finding) -> Finding:
    names = (
        "key", "title", "numerator", "denominator", "what", "population", "time", "design", "limits", "scale",
    )  # fmt: skip
    return Finding(
        **{name: getattr(row, name) for name in names},
        before=plain_number(row.before),
        after=plain_number(row.after),
        references=tuple(sorted(reference.key for reference in row.references.all())),
    )


def _risk(row: models.Risk) -> Risk:
    names = ("key", "group", "name", "numerator", "denominator", "number_note", "what_it_is", "what_to_do")
    return Risk(
        **{name: getattr(row, name) for name in names},
        references=tuple(sorted(reference.key for reference in row.references.all())),
    )


def plain_number(number: Decimal | int | float | None) -> str:
    """69, not 69.0; empty for None."""
    return "" if number is None else f"{Decimal(str(number)).normalize():f}"
