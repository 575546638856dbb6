"""A view to keep: its name, what it shows, in which order and with which columns."""

import unicodedata
from typing import Any

from django import forms

from clinic.models import User
from requests.admin import around
from requests.admin.columns import COLUMNS, USUAL
from requests.admin.filters import filters, read
from requests.admin.keyset import ORDERS
from requests.admin.views import FIRST, SEARCH, TABLE
from requests.models import SavedView

from .base import Typed

CHOOSE = "Choose one of the list"


def alike(name: str) -> str:
    """The same for names that a list would show as two of the same."""
    letters = unicodedata.normalize("NFKC", name).replace("\u2019", "'").casefold()
    return "".join(c for c in letters if unicodedata.category(c) not in ("Cf", "Zs"))


OURS = {alike(view.title): view.title for view in (*TABLE, SEARCH)}


def choice(label: str, choices: Any) -> forms.ChoiceField:
    """Its first choice, "Any" or "As usual", says already that nothing has to be chosen."""
    field = forms.ChoiceField(
        label=label, choices=choices, required=False, error_messages={"invalid_choice": CHOOSE}
    )
    field.optional = False  # type: ignore[attr-defined]
    return field


class SavedViewForm(forms.Form):
    name = Typed(
        label="Name",
        help_text="Say what it shows. Colleagues may read it, so never name a patient.",
        max_length=60,
        error_messages={"required": "Write a name", "max_length": "Shorten the name to 60 characters"},
    )
    view = forms.ChoiceField(
        label="Requests",
        choices=[(view.slug, view.title) for view in TABLE],
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    order = choice("Order", [("", "As usual for these"), *((one.slug, one.title) for one in ORDERS.values())])
    columns = forms.MultipleChoiceField(
        label="What a row says",
        choices=list(COLUMNS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Name, age, reference and what is planned always stand there; “Next step” and “Snoozed” are columns of an export. None chosen: as usual.",
        error_messages={"invalid_choice": CHOOSE},
    )
    is_shared = forms.BooleanField(
        label="Share it", help_text="Everybody who works with requests sees it.", required=False
    )
    field_order = ("name", "view", "status", "assignee", "wants", "order", "columns", "is_shared")

    def __init__(self, data: Any, *, kept: SavedView, by: User) -> None:
        super().__init__(data, initial=initial(kept))
        self.kept = kept
        # A colleague who left, or a topic that is gone, stays a choice while the view names it.
        for each in filters(read(kept.filters), by, around.of(by).staff.values()):
            self.fields[each.name] = choice(each.label, [("", "Any"), *each.choices])
            self.fields[each.name].initial = each.chosen
        if not by.has_perm("requests.share_savedview"):
            del self.fields["is_shared"]
        self.order_fields(self.field_order)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        taken = SavedView.objects.filter(owner=self.kept.owner, name__iexact=name).exclude(pk=self.kept.pk)
        if taken.exists():
            raise forms.ValidationError("There is a view of this name. Choose another name")
        # One that has the name from before keeps it.
        ours = OURS.get(alike(name)) if alike(name) != alike(self.kept.name) else None
        if ours:
            raise forms.ValidationError(
                f"The list has a view “{ours}” already. Add what makes yours different, like “{ours}, Spanish”"
            )
        return name

    def filled(self) -> SavedView:
        """The view as the form has it now."""
        data = self.cleaned_data
        names = ("status", "assignee", "wants")
        self.kept.name, self.kept.view = data["name"], data["view"]
        self.kept.order, self.kept.columns = data["order"], data["columns"]
        self.kept.filters = {name: data[name] for name in names if data[name]}
        self.kept.is_shared = data.get("is_shared", self.kept.is_shared)
        return self.kept


def initial(kept: SavedView) -> dict[str, Any]:
    return {
        "name": kept.name,
        "view": kept.view or FIRST.slug,
        "order": kept.order,
        "columns": kept.columns or USUAL,
        "is_shared": kept.is_shared,
    }
