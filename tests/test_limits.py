"""Rate limits and anonymous counts."""

from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from clinic import limits
from clinic.models import DailyCount, RateBucket

pytestmark = pytest.mark.django_db


def tries(times: int, identity: str = "192.0.2.1") -> list[bool]:
    return [limits.allow("send", identity, limit=2, per_seconds=3600) for _ in range(times)]


def test_only_the_allowed_number_goes_through():
    assert tries(4) == [True, True, False, False]


def test_identities_are_counted_apart():
    tries(3)

    assert tries(1, identity="192.0.2.2") == [True]


def test_the_next_stretch_starts_anew():
    tries(3)

    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        assert tries(1) == [True]


def test_no_address_is_stored():
    tries(1)

    assert "192.0.2.1" not in str(RateBucket.objects.values_list("identity", flat=True).get())


def test_a_count_adds_up_over_the_day():
    limits.count("stop-page")
    limits.count("stop-page")

    assert DailyCount.objects.get().count == 2


def test_a_forged_forwarded_address_is_not_believed():
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.9"}, REMOTE_ADDR="192.0.2.1")

    assert limits.client_address(request) == "192.0.2.1"


def test_behind_our_proxy_the_address_it_saw_counts(settings):
    settings.TRUSTED_PROXY = True
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.5, 198.51.100.9"})

    assert limits.client_address(request) == "198.51.100.9"
