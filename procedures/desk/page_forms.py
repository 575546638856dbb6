"""The edit screen as forms: one for the page itself, one for each row of its tables."""

from typing import Any, ClassVar

from django import forms

from procedures import page
from procedures.checks.structure import SLOTS
from procedures.models import AskedQuestion, Explainer, KeyFact, Section, Trait
from procedures.working_copy import NAMES

from .evidence_forms import FindingForm, RiskForm
from .row_forms import EMPTY, RowForm, Rows, lines

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


def rows_factory(form: type[RowForm]) -> type[Rows]:
    return forms.formset_factory(  # type: ignore[return-value]
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
