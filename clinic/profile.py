"""The clinic itself, as every page names it."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import DatabaseError, models
from django.db.models import Q, Subquery
from django.utils.functional import cached_property

from .answer_time import AnswerTime
from .personal_data import declare
from .public_change import shows_at_once
from .quick import Written, made


class ClinicProfile(models.Model):
    """The clinic's name, phone and address: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=120)
    phone = models.CharField(
        max_length=20,
        validators=[
            RegexValidator(r"^[0-9]{3}-[0-9]{3}-[0-9]{4}$", "Enter the phone number like 202-555-0100.")
        ],
    )
    email = models.EmailField(blank=True)
    address_lines = models.TextField(blank=True, help_text="Street and city, one line each.")
    emergency_number = models.CharField(max_length=10, default="911")
    answer_within_days = models.PositiveSmallIntegerField(
        "working days to answer", default=2, help_text="Patients are told the date this gives."
    )
    updated_at = models.DateTimeField(auto_now=True)

    personal_data = declare(
        none="id name phone email address_lines emergency_number answer_within_days updated_at"
    )

    class Meta:
        verbose_name = verbose_name_plural = "clinic profile"
        triggers = [shows_at_once()]
        constraints = [
            models.CheckConstraint(name="clinic_profile_is_one_row", condition=Q(id=1)),
            models.CheckConstraint(
                name="clinic_profile_answers_within_1_to_30_days",
                condition=Q(answer_within_days__gte=1, answer_within_days__lte=30),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> "ClinicProfile":
        """The row; what the settings say when there is none or no database."""
        try:
            found = list(made(cls, [*PROFILE, "measured_days"], profile_rows.rows()))
        except DatabaseError:
            found = []
        return found[0] if found else cls(name=settings.CLINIC_NAME, phone=settings.CLINIC_PHONE)

    @cached_property
    def measured_days(self) -> int | None:
        """How long routine requests lately took; load() reads it with the row."""
        measured = AnswerTime.routine()
        return measured.days if measured else None

    @property
    def answers_within(self) -> int:
        """The working days that patients are told: more than wanted when it lately took longer."""
        return max(self.answer_within_days, self.measured_days or 0)

    @property
    def address(self) -> list[str]:
        return [line.strip() for line in self.address_lines.splitlines() if line.strip()]


PROFILE = [field.attname for field in ClinicProfile._meta.concrete_fields]
profile_rows = Written(
    "clinic_profile",
    lambda ids: ClinicProfile.objects.annotate(
        measured=Subquery(AnswerTime.objects.filter(is_urgent=False).values("days")[:1])
    ).values_list(*PROFILE, "measured"),
)
