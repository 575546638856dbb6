"""Who takes a request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import Group

from clinic.models import User
from requests import actions, roles
from requests.models import Absence, Assignment, Inquiry

from .base import VerbForm

NOBODY = "nobody"


@dataclass(frozen=True)
class Target:
    """A person, a role, the next in turn of a role, or with neither the queue."""

    person: User | None = None
    role: Group | None = None
    in_turn: bool = False

    def give(self, inquiry: Inquiry, by: User) -> None:
        if self.in_turn and self.role:
            actions.assign_in_turn(inquiry, by=by, role=self.role)
        else:
            actions.assign(inquiry, by=by, to=self.person, role=self.role)

    def has(self, inquiry: Inquiry) -> bool:
        """It went there: in turn, if that is what was chosen."""
        if self.in_turn:
            newest = inquiry.assignments.latest("at")
            return newest.reason == Assignment.Reason.IN_TURN and newest.to_role == self.role
        if self.person:
            return inquiry.assignee == self.person
        return inquiry.assignee is None and inquiry.role == self.role


class TargetField(forms.ChoiceField):
    """Colleagues, those who are away marked; roles; whose turn it is; back to the queue."""

    def __init__(self) -> None:
        super().__init__(
            label="Who takes it",
            error_messages={
                "required": "Choose a colleague or a role",
                "invalid_choice": "Choose a colleague or a role from the list",
            },
        )
        self.targets: dict[str, Target] = {}

    def offer(self, *, without: User | None = None, without_role: Group | None = None, back: bool) -> None:
        """What is left out of the list is still understood: sent twice, it is who has it by then."""
        people, groups = list(roles.colleagues()), list(roles.with_requests())
        self.targets = {
            **{str(person.pk): Target(person) for person in people},
            **{f"role-{role.pk}": Target(role=role) for role in groups},
            **{f"turn-{role.pk}": Target(role=role, in_turn=True) for role in groups},
            NOBODY: Target(),
        }
        people = [person for person in people if person != without]
        given = [role for role in groups if role != without_role]
        away = roles.away()
        offered = (
            ("Colleagues", [(str(person.pk), named(person, away.get(person.pk))) for person in people]),
            ("Next in turn: who is here and got one longest ago", _each("turn", groups)),
            ("A role: whoever takes it first", _each("role", given)),
        )
        self.choices = [
            ("", "Choose a colleague or a role"),
            *(part for part in offered if part[1]),
            *([(NOBODY, "Nobody: back to the queue")] if back else []),
        ]

    def valid_value(self, value: Any) -> bool:
        return str(value) in self.targets

    def clean(self, value: Any) -> Any:
        return self.targets.get(super().clean(value))


def named(person: User, absence: Absence | None) -> str:
    name = f"{person} ({person.username})"
    if absence is None:
        return name
    return f"{name}, away until {absence.ends_on:%B} {absence.ends_on.day}"


def _each(kind: str, groups: Iterable[Group]) -> list[tuple[str, str]]:
    return [(f"{kind}-{role.pk}", capitalised(roles.words(role))) for role in groups]


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


class AssignForm(VerbForm):
    to = TargetField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        has_it, role = self.inquiry.assignee, self.inquiry.role
        self.fields["to"].offer(  # type: ignore[attr-defined]
            without=has_it, without_role=None if has_it else role, back=bool(has_it or role)
        )
