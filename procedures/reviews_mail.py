"""The weekly mail to editors and clinicians: which reviews are due. Page names and dates only."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from clinic import calendar, outbox
from clinic.models import ClinicProfile, OutboxMessage, User

from . import reviews
from .models import Edition

KIND = "reviews"
ROLES = ("Editor", "Clinician")


@transaction.atomic
def send_weekly() -> int:
    """Called by every worker; says how many mails this call wrote.

    Once a week: on its first working day, from the opening hour on. Workers that
    come together wait for each other at the lock, and the second finds the first
    one's mails.
    """
    now = timezone.now().astimezone(calendar.zone())
    if not is_time(now):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('weekly reviews', 0))")
    since = datetime.combine(monday(now.date()), time.min, calendar.zone())
    waiting = reviews.waiting()
    if not waiting or OutboxMessage.objects.filter(kind=KIND, created_at__gte=since).exists():
        return 0
    context = context_for(waiting)
    return len([outbox.enqueue(KIND, address, context) for address in addresses()])


def is_time(now: datetime) -> bool:
    """`now` in the clinic's zone."""
    today = now.date()
    return today == calendar.next_working_day(monday(today)) and now.time() >= calendar.opens_at(today)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def addresses() -> list[str]:
    users = User.objects.filter(is_active=True, is_staff=True, groups__name__in=ROLES).exclude(email="")
    return sorted(set(users.values_list("email", flat=True)))


def context_for(waiting: reviews.Waiting) -> dict[str, str]:
    return {
        "clinic_name": ClinicProfile.load().name,
        "overdue": "\n".join(f"{edition.plain_name}: was due {due(edition)}" for edition in waiting.overdue),
        "due": "\n".join(f"{edition.plain_name}: due {due(edition)}" for edition in waiting.due),
        "unreviewed": "\n".join(edition.plain_name for edition in waiting.unreviewed),
        "link": settings.SITE_URL + reverse("admin:procedures_review_due"),
    }


def due(edition: Edition) -> str:
    return reviews.day_words(reviews.next_due(edition))
