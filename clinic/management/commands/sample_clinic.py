"""A made-up clinic with opening hours and holidays, for development."""

from datetime import date, time
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from clinic.calendar import local_today
from clinic.models import ClinicProfile, Holiday, OpeningHours

ADDRESS = "100 Sample Street, Floor 2\nSampletown, NY 00000"
FRIDAY = 4


class Command(BaseCommand):
    help = "Fills in a made-up clinic where there is none (development only)."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A made-up clinic is never written in production.")
        if ClinicProfile.objects.exists():
            return
        ClinicProfile.objects.create(
            name=settings.CLINIC_NAME, phone=settings.CLINIC_PHONE, address_lines=ADDRESS
        )
        OpeningHours.objects.bulk_create(
            OpeningHours(weekday=day, opens_at=time(8), closes_at=time(16 if day == FRIDAY else 17))
            for day in range(FRIDAY + 1)
        )
        Holiday.objects.bulk_create(holidays(local_today().year))


def holidays(year: int) -> list[Holiday]:
    """Days that fall on the same date each year, this year and the next."""
    days = ((1, 1, "New Year's Day"), (7, 4, "Independence Day"), (12, 25, "Christmas Day"))
    return [Holiday(on=date(y, month, day), name=name) for y in (year, year + 1) for month, day, name in days]
