"""What every question page shares."""

from typing import Any

from django import forms

from .fields import Spoken

Answers = dict[str, Any]


class StepForm(forms.Form):
    """One question page. Field names are the keys of the answers.

    `answers` are those given so far: they fill the page again and decide whether
    it speaks to the patient or to somebody who asks for the patient.
    """

    use_required_attribute = False
    # The field's own label stands under the heading instead of being it.
    keeps_label = False
    credit: Any = ""

    def __init__(
        self,
        data: Any = None,
        *,
        answers: Answers,
        safety: dict[str, Any] | None = None,
        came_from: str = "",
    ) -> None:
        self.answers, self.safety, self.came_from = answers, safety or {}, came_from
        self.to_other = self.is_about_other(answers)
        super().__init__(data)
        required = self.must_have(answers)
        for name, field in self.spoken_fields():
            field.required = name in required
            self.word(name, field)
            field.speak(self.to_other)
            self.initial[name] = field.typed(name, answers)

    def spoken_fields(self) -> list[tuple[str, Spoken]]:
        return [(name, field) for name, field in self.fields.items() if isinstance(field, Spoken)]

    def word(self, name: str, field: Any) -> None:
        """Words of a field that depend on more than who is asking."""

    @classmethod
    def is_about_other(cls, answers: Answers) -> bool:
        """Whether it asks about somebody else than the person who types."""
        return is_for_other(answers)

    def prepare(self) -> None:
        """What needs the database, done only where the page is shown or checked."""

    @classmethod
    def must_have(cls, answers: Answers) -> set[str]:
        return {name for name, field in cls.base_fields.items() if field.required}

    @classmethod
    def answer_keys(cls) -> list[str]:
        """The answers this page gives."""
        fields = cls.base_fields.items()
        return [key for name, field in fields if isinstance(field, Spoken) for key in field.keys(name)]

    @classmethod
    def is_answered(cls, answers: Answers) -> bool:
        """It was passed once, and what it must have is there."""
        passed = any(key in answers for key in cls.answer_keys())
        return passed and not any(answers.get(name) in (None, "", []) for name in cls.must_have(answers))

    def new_answers(self) -> Answers:
        found: Answers = {}
        for name, field in self.spoken_fields():
            found |= field.answers(name, self.cleaned_data.get(name))
        return found

    def leads_to(self) -> str:
        """The address name of a page to go to instead of the next question; nothing is saved then."""
        return ""

    def rows(self, label: str) -> list[tuple[str, list[str]]]:
        """Label and answer in plain words, for the summary; `label` is the page's own."""
        fields = self.spoken_fields()
        return [
            (
                str(field.short or (label if len(fields) == 1 else field.label)),
                field.lines(name, self.answers),
            )
            for name, field in fields
        ]


def is_for_other(answers: Answers) -> bool:
    return answers.get("for_whom") == "other"
