"""Danger signs. Their words come from the one safety text (R9)."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .base import StepForm
from .fields import AnyOf

LAST_TWO_WEEKS = _("Do you have any of these now, or have they started in the last 2 weeks?")
# These pages come before the one that asks who the request is for.
FOR_WHOM = _("Select all that apply. If you ask for somebody else, answer for them.")
# Signs that every version of the safety text has: those patients were asked about when the list
# was tested, and those that a rule names. Editors add others and choose the order.
EMERGENCY_KEYS = ("saddle", "bladder", "bowel", "both_legs", "sexual", "accident_chest")
URGENT_KEYS = ("fever", "cancer", "weight_loss", "night_pain", "thin_bones", "weak_immune", "one_leg", "lump")


def has_emergency_sign(typed: QueryDict, safety: dict[str, Any]) -> bool:
    """Any one stops, whatever else is ticked (R3)."""
    return bool(set(typed.getlist("emergency")) & {item["key"] for item in safety["emergency"]["items"]})


class SignsForm(StepForm):
    keeps_label = True
    group = ""
    keys_shown: tuple[str, ...] = ()
    none_words: Any = ""

    def word(self, name: str, field: Any) -> None:
        items = self.safety.get(self.group, {}).get("items", [])
        signs = [(item["key"], item["question"]) for item in items] or [(key, key) for key in self.keys_shown]
        field.choices = [*signs, ("none", self.none_words)]


class EmergencySignsForm(SignsForm):
    group, keys_shown = "emergency", EMERGENCY_KEYS
    none_words = _("No, I do not have any of these")
    emergency = AnyOf(
        [],
        label=LAST_TWO_WEEKS,
        help_text=FOR_WHOM,
        error=_("Select the symptoms you have, or select that you have none of them"),
    )

    def leads_to(self) -> str:
        """Any tick is a full stop (R3)."""
        return "" if self.cleaned_data["emergency"] == ["none"] else "requests:stop"


class UrgentSignsForm(SignsForm):
    group, keys_shown = "urgent", URGENT_KEYS
    none_words = _("No, I do not have any of these")
    urgent = AnyOf(
        [],
        label=_("Do you have any of these?"),
        help_text=FOR_WHOM,
        error=_("Select the signs you have, or select that you have none of them"),
        contradiction=_("Select the signs you have, or select that you have none of them, but not both"),
    )
