"""The form in which a clinician writes a version of a rule: chosen questions and answers, never code."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from clinic.templatetags.clinic_tags import error_links
from requests.actions.rules import RuleWords
from requests.models import RuleVersion
from requests.rules.questions import CHOICE, LIST, NUMBER, TEXT, Catalogue, Question
from requests.rules.sheet import HEAD, MOST_PARTS, Line, Part, Sample, Sheet

from .base import Typed

SEVERITY_HINTS = {
    "emergency": "On top of the queue, before every other request.",
    "urgent": "Call on the same working day.",
    "before_booking": "A clinician settles it before a time is offered.",
    "note": "Good to know; changes nothing in the queue.",
}
LINES_CHOICES = [("all", "Every line"), ("any", "At least one line")]
PARTS_CHOICES = [("all", "Every part"), ("any", "At least one part")]
RAISES = [("yes", "Yes, it should be raised"), ("no", "No, it should not")]
NO_ANSWER = [("", "No answer")]


def line_of_text(label: str, missing: str, longest: int, hint: str = "") -> Typed:
    return Typed(
        label=label,
        help_text=hint,
        max_length=longest,
        error_messages={
            "required": missing,
            "max_length": f"Make it shorter: at most {longest} characters",
        },
    )


def grouped(questions: Catalogue, kinds: tuple[str, ...] = (LIST, CHOICE, NUMBER, TEXT)) -> list[Any]:
    """Questions for a list to choose from, under the parts of the form."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for question in questions.values():
        if question.kind in kinds:
            groups.setdefault(question.group, []).append((question.key, question.label))
    return list(groups.items())


def without_optional(*fields: Any) -> None:
    """An empty choice that says so itself needs no “(optional)” beside its label."""
    for field in fields:
        field.optional = False


class HeadForm(forms.Form):
    words = line_of_text(
        "Words on the flag", "Write the words on the flag", 100, "What staff read, like “Blood thinner”."
    )
    severity = forms.ChoiceField(
        label="How grave it is",
        choices=RuleVersion.Severity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how grave it is", "invalid_choice": "Select how grave it is"},
    )
    severity.option_hints = SEVERITY_HINTS  # type: ignore[attr-defined]
    source = line_of_text(
        "Source",
        "Write the source of the rule",
        200,
        "The guideline or study that the rule comes from, or who of the clinic decided it.",
    )
    why = line_of_text("Why you write this version", "Write why you write this version", 200)
    tells = forms.ChoiceField(
        label="Also show staff the answer to",
        help_text="For what the patient wrote beside it, like the name of the medicine.",
        required=False,
        error_messages={"invalid_choice": "Select a question from the list"},
    )

    def __init__(self, *args: Any, questions: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["tells"]
        choices.choices = [("", "Nothing else"), *grouped(questions, (TEXT,))]
        without_optional(choices)


class JoinForm(forms.Form):
    join = forms.ChoiceField(
        label="Which parts have to hold", choices=PARTS_CHOICES, widget=forms.RadioSelect
    )


class PartForm(forms.Form):
    join = forms.ChoiceField(
        label="Which lines have to hold", choices=LINES_CHOICES, widget=forms.RadioSelect
    )
    add = forms.ChoiceField(label="Add a line about", required=False)

    def __init__(self, *args: Any, questions: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add: Any = self.fields["add"]
        add.choices = [("", "Choose a question"), *grouped(questions)]
        without_optional(add)


class LineForm(forms.Form):
    """One question and the answers that count."""

    def __init__(self, *args: Any, line: Line, questions: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = questions.get(line.key)
        self.key = line.key
        if self.question and self.question.kind in (LIST, CHOICE):
            self.fields["values"] = self.values_field(self.question)
        elif self.question and self.question.kind == NUMBER:
            self.fields["test"] = forms.ChoiceField(
                label=f"{self.question.label}: the number is",
                choices=[("at_least", "at least"), ("at_most", "at most")],
            )
            self.fields["number"] = forms.ChoiceField(
                label="Number",
                choices=[("", "Choose"), *self.question.choices.items()],
                error_messages={
                    "required": f"Choose the number for “{self.question.label}”",
                    "invalid_choice": f"Choose the number for “{self.question.label}”",
                },
            )

    def values_field(self, question: Question) -> forms.MultipleChoiceField:
        is_list = question.kind == LIST
        words = "one of these is ticked" if is_list else "the answer is one of these"
        return forms.MultipleChoiceField(
            label=f"{question.label}: {words}",
            choices=list(question.choices.items()),
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": f"Select the answers to “{question.label}” that count",
                "invalid_choice": f"Choose the answers to “{question.label}” that the page offers",
            },
        )

    @property
    def title(self) -> str:
        return self.question.label if self.question else self.key

    def clean(self) -> dict[str, Any]:
        if self.question is None:
            raise forms.ValidationError(f"Remove the line about “{self.key}”: the form does not ask it")
        return super().clean() or {}


class SampleForm(forms.Form):
    raises = forms.ChoiceField(
        label="Should the rule be raised?",
        choices=RAISES,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select whether the rule should be raised",
            "invalid_choice": "Select whether the rule should be raised",
        },
    )

    def __init__(self, *args: Any, asked: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = {question.key: answer_field(question) for question in asked}
        self.fields = {**found, "raises": self.fields["raises"]}
        without_optional(*found.values())


def answer_field(question: Question) -> forms.Field:
    wrong = {"invalid_choice": f"Choose an answer to “{question.label}” that the page offers"}
    options = list(question.choices.items())
    if question.kind == LIST:
        return forms.MultipleChoiceField(
            label=question.label, choices=options, required=False,
            widget=forms.CheckboxSelectMultiple, error_messages=wrong,
        )  # fmt: skip
    if question.kind == TEXT:
        short = {"max_length": "Make it shorter: at most 200 characters"}
        return Typed(label=question.label, required=False, max_length=200, error_messages=short)
    return forms.ChoiceField(
        label=question.label, choices=NO_ANSWER + options, required=False, error_messages=wrong
    )


class RuleForm:
    """All of the forms above, made from a sheet; checked only when somebody wants to try or save it."""

    def __init__(self, sheet: Sheet, questions: Catalogue, *, is_sent: bool = False) -> None:
        self.sheet, self.questions, self.is_sent = sheet, questions, is_sent
        self.head = self.form(HeadForm, sheet.head, "", questions=questions)
        self.join = self.form(JoinForm, {"join": sheet.join}, "")
        self.parts = [self.part(number, part) for number, part in enumerate(sheet.parts)]
        self.samples = [self.sample(number, sample) for number, sample in enumerate(sheet.samples)]
        self.checked: list[forms.Form] = []
        self.problems: list[str] = []

    def form(self, kind: Any, said: Mapping[str, Any], prefix: str, **kwargs: Any) -> Any:
        names = {name: f"{prefix}-{name}" if prefix else name for name in said}
        data = MultiValueDict(
            {names[name]: value if isinstance(value, list) else [str(value)] for name, value in said.items()}
        )
        # The end keeps away the style of the patients' form, which hides details under a no.
        kwargs["auto_id"] = "id_%s_staff"
        kwargs |= {"data": data} if self.is_sent else {"initial": dict(said)}
        # The browser checks nothing: our own words say what to do.
        return kind(prefix=prefix or None, use_required_attribute=False, **kwargs)

    def part(self, number: int, part: Part) -> dict[str, Any]:
        prefix = f"p{number}"
        lines = [
            self.form(
                LineForm,
                {"values": line.values, "test": line.test, "number": line.number},
                f"{prefix}-l{at}",
                line=line,
                questions=self.questions,
            )
            for at, line in enumerate(part.lines)
        ]
        form = self.form(PartForm, {"join": part.join}, prefix, questions=self.questions)
        return {"form": form, "lines": lines, "prefix": prefix, "number": number + 1}

    def sample(self, number: int, sample: Sample) -> Any:
        asked = [self.questions[key] for key in self.sheet.keys_of(sample) if key in self.questions]
        answers = {key: _ticks(value) for key, value in sample.answers.items()}
        return self.form(SampleForm, {"raises": sample.raises, **answers}, f"s{number}", asked=asked)

    @property
    def has_room_for_a_part(self) -> bool:
        return len(self.parts) < MOST_PARTS

    def condition_forms(self) -> Iterator[forms.Form]:
        yield self.join
        for part in self.parts:
            yield part["form"]
            yield from part["lines"]
        yield from self.samples

    def can_be_tried(self) -> bool:
        """The condition and the samples are whole, whatever is still to be written beside them."""
        return self.checks([*self.condition_forms()])

    def is_valid(self) -> bool:
        return self.checks([self.head, *self.condition_forms()])

    def checks(self, wanted: list[forms.Form]) -> bool:
        self.checked = wanted
        if not any(part["lines"] for part in self.parts):
            self.problems.append("Add at least one line: a question and the answers that count")
        return all([form.is_valid() for form in wanted]) and not self.problems

    def errors(self) -> list[dict[str, str]]:
        """What to mend, in the order of the page, each with the place where."""
        links = [link for form in self.checked for link in error_links(form)]
        return links + [{"id": "", "text": problem} for problem in self.problems]

    def version(self) -> RuleVersion:
        """To be tried, not to be kept."""
        condition, tells = self.sheet.condition(self.questions), self.sheet.head["tells"]
        return RuleVersion(
            condition=condition,
            samples=self.sheet.sample_rows(),
            tells=tells if tells in self.questions else "",
        )

    def said(self) -> RuleWords:
        head = {name: self.head.cleaned_data[name] for name in HEAD}
        return RuleWords(
            condition=self.sheet.condition(self.questions), samples=self.sheet.sample_rows(), **head
        )


def _ticks(answer: Any) -> Any:
    """“None of these” is what it is to tick nothing."""
    return [value for value in answer if value != "none"] if isinstance(answer, list) else answer
