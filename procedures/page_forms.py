"""The edit screen as forms: one for the page itself, one for each row of its tables."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from . import page
from .checks.structure import SLOTS
from .models import AskedQuestion, Explainer, Finding, KeyFact, Risk, Section, Trait
from .working_copy import NAMES

# What stands in a section, and the heading with which a new one begins.
SLOT_NAMES = {
    "who": "Who it is for", "anatomy": "The nerves and joints", "test-or-treatment": "A test or a treatment",
    "how-well": "How well it works", "risks": "What can go wrong", "alternatives": "Your other choices",
    "tell-us": "What to tell us", "prepare": "How to get ready", "steps": "What happens step by step",
    "afterwards": "What to do afterwards", "next": "What comes next", "when-to-call": "When to call",
    "cost": "What it costs", "questions": "Questions to bring", "what-it-is": "What it is",
    "symptoms": "What it feels like", "causes": "What causes it", "how-common": "How many people have it",
    "how-found": "How it is found", "not-this": "What else it may be", "what-helps": "What helps",
}  # fmt: skip
EMPTY = {"required": "Fill this in", "max_length": "Make this shorter: at most %(limit_value)d characters"}


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class NamesForm(forms.ModelForm):
    """Checked against its model; what is saved goes through working_copy."""

    class Meta:
        model = Explainer
        fields = (*NAMES, "related")
        widgets: ClassVar = {
            "description": lines(2),
            "lead": lines(4),
            "first_published_on": forms.DateInput(attrs={"type": "date", "class": "width-10"}),
            "related": forms.CheckboxSelectMultiple,
        }
        help_texts: ClassVar = {"related": "Shows on the public page at once, without publishing."}
        error_messages: ClassVar = {name: EMPTY for name in NAMES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("description", "lead"):
            self.fields[name].widget.attrs.pop("maxlength", None)
        others = Explainer.objects.exclude(pk=self.instance.pk)
        self.fields["related"].queryset = others  # type: ignore[attr-defined]
        if not others.exists():
            del self.fields["related"]


class RowForm(forms.ModelForm):
    """A row as plain words; which row of the database it was does not matter."""

    item: ClassVar[type]
    key: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages |= EMPTY
            if isinstance(field, forms.IntegerField):
                field.error_messages["invalid"] = "Use digits, like 12"

    def clean(self) -> dict[str, Any]:
        """Browsers send two signs for the end of a line; only Markdown has lines at all."""
        for name in self._meta.fields:
            if isinstance(text := self.cleaned_data.get(name), str):
                has_lines = name in ("body", "answer")
                self.cleaned_data[name] = text.replace("\r\n", "\n") if has_lines else " ".join(text.split())
        return self.cleaned_data

    def made(self) -> Any:
        return self.item(**{name: self.cleaned_data[name] for name in self._meta.fields})


class KeyFactForm(RowForm):
    item, key = page.KeyFact, "label"

    class Meta:
        model = KeyFact
        fields = ("label", "text")
        widgets: ClassVar = {"text": lines(2)}


class SectionForm(RowForm):
    item, key = page.Section, "slot"

    class Meta:
        model = Section
        fields = ("slot", "heading", "body")
        widgets: ClassVar = {"body": lines(14)}
        help_texts: ClassVar = {"body": "", "slot": "The section's place on the page, and its address."}

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.initial.get("slot") or self.data.get(self.add_prefix("slot")) or ""
        known = SLOTS[kind]
        names = [*known, *([stored] if stored and stored not in known else [])]
        choices = [("", "Choose a section"), *((name, SLOT_NAMES.get(name, name)) for name in names)]
        self.fields["slot"].widget = forms.Select(choices=choices)
        # An empty section may be saved; it cannot be published.
        self.fields["body"].required = False


class TraitForm(RowForm):
    item, key = page.Trait, "aspect"

    class Meta:
        model = Trait
        fields = ("aspect", "text")
        widgets: ClassVar = {"text": lines(2)}
        help_texts: ClassVar = {"text": ""}


class AskedForm(RowForm):
    item, key = page.Asked, "question"

    class Meta:
        model = AskedQuestion
        fields = ("question", "answer")
        widgets: ClassVar = {"answer": lines(4)}
        help_texts: ClassVar = {"answer": ""}


class EvidenceForm(RowForm):
    """Sources are typed by their keys, which stand on the page to be copied."""

    sources = forms.CharField(label="Sources", help_text="Keys, like: KUN14 ISU18")

    def __init__(self, *args: Any, known: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sources"].error_messages["required"] = "Enter the key of at least one source"
        self.known = known

    def clean_sources(self) -> tuple[str, ...]:
        keys = sorted({key for key in self.cleaned_data["sources"].replace(",", " ").split() if key})
        if unknown := [key for key in keys if key not in self.known]:
            raise ValidationError(f"There is no source {unknown[0]}. Add it to the sources first.")
        return tuple(keys)

    def made(self) -> Any:
        values = {name: self.cleaned_data[name] for name in self._meta.fields}
        for name in ("before", "after"):
            if name in values:
                values[name] = page.plain_number(values[name])
        return self.item(**values, references=self.cleaned_data["sources"])


class FindingForm(EvidenceForm):
    item, key = page.Finding, "key"

    class Meta:
        model = Finding
        fields = (
            "key", "title", "numerator", "denominator", "before", "after", "scale",
            "what", "population", "time", "design", "limits",
        )  # fmt: skip
        widgets: ClassVar = {"limits": lines(2)}
        labels: ClassVar = {
            "numerator": "So many people", "denominator": "out of so many",
            "before": "Mean score before", "after": "Mean score after",
            "scale": "Ends of the score", "what": "Words behind the number",
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = {name for name in ("numerator", "denominator", "before", "after") if self._has(name)}
        if given not in ({"numerator", "denominator"}, {"before", "after"}):
            raise ValidationError(
                "Give either so many people out of so many, or a mean score before and after: one pair."
            )
        if bool(self.cleaned_data.get("scale")) != ("before" in given):
            self.add_error("scale", "Say what the two ends of a mean score mean, and only then")
        return _checked_share(self, self.cleaned_data)

    def _has(self, name: str) -> bool:
        return self.cleaned_data.get(name) is not None


class RiskForm(EvidenceForm):
    item, key = page.Risk, "key"

    class Meta:
        model = Risk
        fields = (
            "key", "group", "name", "numerator", "denominator", "number_note", "what_it_is", "what_to_do",
        )  # fmt: skip
        widgets: ClassVar = {name: lines(2) for name in ("number_note", "what_it_is", "what_to_do")}
        labels: ClassVar = {"numerator": "So many people", "denominator": "out of so many"}
        help_texts: ClassVar = {"numerator": "Both empty: there is no reliable number."}

    def clean(self) -> dict[str, Any]:
        return _checked_share(self, super().clean())


def _checked_share(form: forms.ModelForm, data: dict[str, Any]) -> dict[str, Any]:
    """What the database insists on, in words for the field."""
    some, of = data.get("numerator"), data.get("denominator")
    if (some is None) != (of is None) and not form.errors:
        form.add_error("denominator", "Fill in both numbers or none")
    elif some is not None and of is not None and (of == 0 or some > of):
        form.add_error("denominator", "The second number must be at least as large as the first")
    return data


class Rows(forms.BaseFormSet):
    """Rows of one table, each to be moved, taken away or added."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        place, remove = form.fields[ORDERING_FIELD_NAME], form.fields[DELETION_FIELD_NAME]
        place.label, remove.label = "Place", "Take this away"
        place.widget.attrs |= {"class": "width-4", "inputmode": "numeric"}
        place.optional = remove.optional = False  # type: ignore[attr-defined]
        place.error_messages["invalid"] = "Use digits, like 2"

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.kept:
            name = form.cleaned_data.get(form.key)
            if name in seen:
                form.add_error(form.key, "This stands twice; each may stand once")
            seen.add(name)

    @property
    def kept(self) -> list[Any]:
        rows = [form for form in self.forms if form.has_changed() or not form.empty_permitted]
        return [form for form in rows if form.is_valid() and not form.cleaned_data.get(DELETION_FIELD_NAME)]

    def in_order(self) -> tuple[Any, ...]:
        """A row that was given a place stands exactly there, before or behind who had it."""
        return tuple(form.made() for form in sorted(self.kept, key=_place))


def _place(form: Any) -> tuple[float, int]:
    new = form.cleaned_data.get(ORDERING_FIELD_NAME)
    old = form.fields[ORDERING_FIELD_NAME].initial or new
    if new is None:
        return (float("inf"), 0)
    return (new, (new > old) - (new < old))


def rows_factory(form: type[RowForm]) -> type[Rows]:
    return forms.formset_factory(
        form, Rows, extra=1, can_order=True, can_delete=True, max_num=80, absolute_max=100, validate_max=True
    )


TABLES: dict[str, type[Rows]] = {
    "key_facts": rows_factory(KeyFactForm),
    "sections": rows_factory(SectionForm),
    "traits": rows_factory(TraitForm),
    "findings": rows_factory(FindingForm),
    "risks": rows_factory(RiskForm),
    "asked": rows_factory(AskedForm),
}


def initial_of(item: Any) -> dict[str, Any]:
    values = dict(vars(item))
    if "references" in values:
        values["sources"] = " ".join(values.pop("references"))
    return values
