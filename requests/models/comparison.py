"""What staff decided about two requests: the same person's, joined, or not."""

from django.db import models
from django.db.models import F, Q

from clinic.personal_data import declare

from .inquiry import Inquiry
from .record import Record, never_changes
from .status import Urgency


class Comparison(Record):
    """A decision stands in the history of both requests: one row for each of them.

    The row of the request that stays holds its urgency and promise before and after.
    """

    class What(models.TextChoices):
        DIFFERENT = "different", "Not the same person"
        GOES_ON = "goes_on", "This request goes on for both"
        SPLIT = "split", "No longer joined"

    other = models.ForeignKey(Inquiry, models.PROTECT, related_name="+")
    what = models.CharField(max_length=12, choices=What.choices)
    urgency_before = models.PositiveSmallIntegerField(choices=Urgency.choices, null=True)
    urgency_after = models.PositiveSmallIntegerField(choices=Urgency.choices, null=True)
    answer_by_before = models.DateField(null=True)
    answer_by_after = models.DateField(null=True)

    personal_data = declare(
        keep="by",
        none="id inquiry at other what urgency_before urgency_after answer_by_before answer_by_after",
    )

    class Meta(Record.Meta):
        triggers = [never_changes("comparison_stays")]
        constraints = [
            models.CheckConstraint(
                name="comparison_known_decision", condition=Q(what__in=["different", "goes_on", "split"])
            ),
            models.CheckConstraint(name="comparison_of_two_requests", condition=~Q(other=F("inquiry"))),
            models.UniqueConstraint(
                name="comparison_different_once",
                fields=["inquiry", "other"],
                condition=Q(what="different"),
            ),
            models.CheckConstraint(
                name="comparison_before_and_after",
                condition=Q(
                    urgency_before__isnull=True,
                    urgency_after__isnull=True,
                    answer_by_before__isnull=True,
                    answer_by_after__isnull=True,
                )
                | Q(
                    urgency_before__isnull=False,
                    urgency_after__isnull=False,
                    answer_by_before__isnull=False,
                    answer_by_after__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_what_display()
