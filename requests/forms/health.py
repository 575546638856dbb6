"""Five answers about health that change how a visit is planned (Q12)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from .base import StepForm
from .fields import Line, OneOf, Words

YES_NO_NOT_SURE = [("yes", _("Yes")), ("no", _("No")), ("not_sure", _("Not sure"))]
DETAILS_LIMIT = 200
DETAILS = "_details"


def details(label: Any, name: Any) -> Line:
    """Shown only under a yes where the browser can; never needed."""
    return Line(label=label, name=name, limit=DETAILS_LIMIT)


class HealthForm(StepForm):
    blood_thinners = OneOf(
        YES_NO_NOT_SURE,
        label=Words(
            _("Do you take medicine that thins the blood?"), _("Do they take medicine that thins the blood?")
        ),
        help_text=_("Blood thinners, like warfarin, apixaban, rivaroxaban, clopidogrel or aspirin."),
        error=Words(
            _("Select whether you take medicine that thins the blood"),
            _("Select whether they take medicine that thins the blood"),
        ),
    )
    blood_thinners_details = details(_("If yes, which medicine?"), _("The name of the medicine"))
    pregnant = OneOf(
        [*YES_NO_NOT_SURE, ("does_not_apply", _("Does not apply"))],
        label=Words(_("Could you be pregnant?"), _("Could they be pregnant?")),
        error=Words(
            _("Select whether you could be pregnant, or that it does not apply"),
            _("Select whether they could be pregnant, or that it does not apply"),
        ),
    )
    pregnant_details = details(_("If yes, what should we know?"), _("What we should know about pregnancy"))
    infection = OneOf(
        YES_NO_NOT_SURE,
        label=Words(
            _("Do you have an infection now, or take antibiotics?"),
            _("Do they have an infection now, or take antibiotics?"),
        ),
        error=Words(
            _("Select whether you have an infection now, or take antibiotics"),
            _("Select whether they have an infection now, or take antibiotics"),
        ),
    )
    infection_details = details(_("If yes, what is it?"), _("What the infection is"))
    diabetes = OneOf(
        YES_NO_NOT_SURE,
        label=Words(_("Do you have diabetes?"), _("Do they have diabetes?")),
        error=Words(_("Select whether you have diabetes"), _("Select whether they have diabetes")),
    )
    diabetes_details = details(_("If yes, how is it treated?"), _("How diabetes is treated"))
    reaction = OneOf(
        YES_NO_NOT_SURE,
        label=Words(
            _("Have you had a serious reaction to numbing medicine, a steroid or X-ray dye?"),
            _("Have they had a serious reaction to numbing medicine, a steroid or X-ray dye?"),
        ),
        error=Words(
            _("Select whether you have had a serious reaction to numbing medicine, a steroid or X-ray dye"),
            _("Select whether they have had a serious reaction to numbing medicine, a steroid or X-ray dye"),
        ),
    )
    reaction_details = details(
        _("If yes, what was it, and what happened?"), _("What the reaction was, and what happened")
    )
    shorts = {
        "blood_thinners": _("Medicine that thins the blood"),
        "pregnant": _("Could be pregnant"),
        "infection": _("Infection or antibiotics now"),
        "diabetes": _("Diabetes"),
        "reaction": _("Serious reaction to numbing medicine, a steroid or X-ray dye"),
    }

    def clean(self) -> dict[str, Any]:
        """Details belong to a yes or a not sure; without one they are hidden and not kept."""
        found = super().clean() or {}
        for name in self.shorts:
            if found.get(name) not in ("yes", "not_sure"):
                found[name + DETAILS] = ""
                self.errors.pop(name + DETAILS, None)
        return found

    def rows(self, label: str) -> list[tuple[str, list[str]]]:
        said = {name: field.lines(name, self.answers) for name, field in self.spoken_fields()}
        return [(str(short), said[name] + said[name + DETAILS]) for name, short in self.shorts.items()]
