"""Who takes a request."""

from typing import Any

from django import forms

from clinic.models import User

from .base import VerbForm

NOBODY = "nobody"


class AssignForm(VerbForm):
    to = forms.TypedChoiceField(
        label="Who takes it",
        error_messages={
            "required": "Choose a colleague",
            "invalid_choice": "Choose a colleague from the list",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = User.objects.with_perm("requests.take_inquiry", include_superusers=False)
        colleagues = colleagues.filter(is_staff=True).order_by("last_name", "username")
        self.people = {
            str(person.pk): person for person in colleagues if person.pk != self.inquiry.assignee_id
        }
        names = [(pk, f"{person} ({person.username})") for pk, person in self.people.items()]
        back = [(NOBODY, "Nobody: back to the queue")] if self.inquiry.assignee_id else []
        self.fields["to"].choices = [("", "Choose a colleague"), *names, *back]  # type: ignore[attr-defined]

    def clean_to(self) -> User | None:
        return self.people.get(self.cleaned_data["to"])
