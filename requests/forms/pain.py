"""What the patient wants, and the pain."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from .base import Answers, StepForm, is_for_other
from .fields import AnyOf, Line, OneOf, Scale, Words


class TopicForm(StepForm):
    topic = OneOf(
        [
            ("first_visit", _("A first visit")),
            ("cluneal_nerve_block", _("Ask about a cluneal nerve block")),
            ("other_procedure", _("Ask about another procedure")),
            ("follow_up", _("A follow-up visit")),
            ("second_opinion", _("A second opinion")),
            ("not_sure", _("Not sure")),
        ],
        error=Words(_("Select what you want help with"), _("Select what they want help with")),
    )

    def word(self, name: str, field: Any) -> None:
        if self.came_from:
            field.help_text = _("You came from the page: %(page)s") % {"page": self.came_from}


class ProcedureNameForm(StepForm):
    topic_other = Line(name=_("The name of the procedure"), limit=80)


class PainAreasForm(StepForm):
    pain_areas = AnyOf(
        [
            (
                _("Back"),
                [
                    ("upper_back", _("Upper or middle back")),
                    ("lower_back", _("Lower back")),
                    ("tailbone", _("Tailbone")),
                ],
            ),
            (
                _("Hip and buttock"),
                [
                    ("top_of_hip", _("Top of the hip bone, at the back")),
                    ("top_of_buttock", _("Top of the buttock")),
                    ("lower_buttock", _("Lower part of the buttock")),
                    ("side_of_hip", _("Side of the hip")),
                    ("groin", _("Groin")),
                ],
            ),
            (_("Leg"), [("thigh", _("Thigh")), ("below_knee", _("Below the knee"))]),
            (_("Other"), [("somewhere_else", _("Somewhere else")), ("not_sure", _("Not sure"))]),
            ("none", Words(_("I have no pain now"), _("They have no pain now"))),
        ],
        help_text=_("Select all that apply."),
        error=Words(
            _("Select where your pain is, or select that you have no pain now"),
            _("Select where their pain is, or select that they have no pain now"),
        ),
        contradiction=Words(
            _("Select where your pain is, or select that you have no pain now, but not both"),
            _("Select where their pain is, or select that they have no pain now, but not both"),
        ),
    )


class PainSideForm(StepForm):
    pain_side = OneOf(
        [
            ("left", Words(_("Your left side"), _("Their left side"))),
            ("right", Words(_("Your right side"), _("Their right side"))),
            ("both", _("Both sides")),
            ("middle", _("In the middle")),
            ("not_sure", _("Not sure")),
        ],
        help_text=Words("", _("Left means their own left, as they feel it.")),
        error=Words(_("Select which side your pain is on"), _("Select which side their pain is on")),
    )
    # In a record "your left" could be read as the reader's.
    in_records = {"left": _("Left side"), "right": _("Right side")}

    def rows(self, label: str) -> list[tuple[str, list[str]]]:
        side = self.in_records.get(self.answers.get("pain_side", ""))
        return [(label, [str(side)])] if side else super().rows(label)


class PainDurationForm(StepForm):
    pain_duration = OneOf(
        [
            ("under_6_weeks", _("Under 6 weeks")),
            ("6_weeks_to_3_months", _("6 weeks to 3 months")),
            ("3_to_12_months", _("3 to 12 months")),
            ("over_1_year", _("Over 1 year")),
            ("not_sure", _("Not sure")),
        ],
        error=Words(
            _("Select how long you have had this pain"), _("Select how long they have had this pain")
        ),
    )


class PainWeekForm(StepForm):
    """The PEG scale (Krebs 2009). The instrument fixes its words, so they never change."""

    peg_pain = Scale(
        label=_("What number best describes your pain on average in the past week?"),
        ends=(_("No pain"), _("Pain as bad as you can imagine")),
        error=_("Select a number from 0 to 10 for your pain on average in the past week"),
    )
    peg_enjoyment = Scale(
        label=_(
            "What number best describes how, during the past week, pain has interfered"
            " with your enjoyment of life?"
        ),
        ends=(_("Does not interfere"), _("Completely interferes")),
        error=_("Select a number from 0 to 10 for how pain has interfered with your enjoyment of life"),
    )
    peg_activity = Scale(
        label=_(
            "What number best describes how, during the past week, pain has interfered"
            " with your general activity?"
        ),
        ends=(_("Does not interfere"), _("Completely interferes")),
        error=_("Select a number from 0 to 10 for how pain has interfered with your general activity"),
    )
    credit = _("These 3 questions are the PEG scale by Krebs and others, 2009.")
    shorts = {
        "peg_pain": _("Pain on average, past week"),
        "peg_enjoyment": _("Pain interfered with enjoyment of life"),
        "peg_activity": _("Pain interfered with general activity"),
    }

    def word(self, name: str, field: Any) -> None:
        field.short = self.shorts[name]

    @classmethod
    def must_have(cls, answers: Answers) -> set[str]:
        """Nobody can be made to guess another person's pain (F6)."""
        return set() if is_for_other(answers) else super().must_have(answers)
