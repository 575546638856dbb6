"""The made-up clinic of development."""

import pytest
from django.core.management import CommandError, call_command

from clinic import calendar
from clinic.models import ClinicProfile

pytestmark = pytest.mark.django_db


def test_a_fresh_database_gets_a_clinic_with_hours():
    call_command("sample_clinic")

    assert ClinicProfile.load().address == ["100 Sample Street, Floor 2", "Sampletown, NY 00000"]
    assert calendar.opening_lines() == [("Monday to Thursday", "8am to 5pm"), ("Friday", "8am to 4pm")]


def test_what_staff_entered_stays():
    ClinicProfile.objects.create(name="Ours", phone="202-555-0101")

    call_command("sample_clinic")

    assert ClinicProfile.load().name == "Ours"


def test_production_never_gets_it(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command("sample_clinic")
