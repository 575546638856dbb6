"""What staff type once for several requests."""

from typing import Any

from django import forms

from clinic.models import User

from .base import ToPatientsForm, text_field
from .planning import UntilForm
from .working import TargetField


class BulkForm(forms.Form):
    """The same for every picked request; whether each allows it is found out one by one."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class BulkAssignForm(BulkForm):
    to = TargetField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(back=True)  # type: ignore[attr-defined]


class BulkSnoozeForm(UntilForm, BulkForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["past_promise"].label = "Snooze also those that were promised an answer before that day"
        self.fields[
            "past_promise"
        ].help_text = "Without the tick they stay as they are. A snooze changes no promise: after its day a request is late."


class BulkCloseForm(ToPatientsForm, BulkForm):
    text = text_field(
        "Words to the patients",
        hint="Each of these patients reads the same words. Leave it empty when all is said.",
    )


class BulkExportForm(BulkForm):
    """What leaves the site as a file says nothing about health unless somebody asks for it."""

    with_health = forms.BooleanField(
        label="With what they want and the flags",
        help_text="Without the tick the file says nothing about health. With it, keep the file where"
        " patients' records are kept.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["with_health"].optional = False  # type: ignore[attr-defined]
        if not self.user.has_perm("requests.read_clinical"):
            del self.fields["with_health"]
