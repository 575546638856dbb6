"""When a promised day passes unanswered: the patient hears of a new day, the managers get a list.

Every worker runs both jobs (apps.py), at once and again, and nobody is told twice.
"""

import logging
from datetime import date, datetime, time
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from clinic import calendar, outbox
from clinic.models import ClinicProfile, OutboxMessage, User

from . import actions
from .models import Inquiry
from .models.inquiry_queries import InquiryQuerySet

log = logging.getLogger("clinic.worker")

# Nobody's phone rings at midnight; until then the status page says that we are late.
FROM, UNTIL = time(8), time(20)
# One round; any order, so that rows that cannot be moved do not stand before the others for ever.
AT_ONCE = 200
KIND = "late"
ROLE = "Manager"
LISTED = 50


def tell_patients() -> int:
    """Move each promise that passed; says how many this call moved."""
    if not FROM <= timezone.now().astimezone(calendar.zone()).time() < UNTIL:
        return 0
    passed = Inquiry.objects.promise_passed().order_by("?").values_list("pk", flat=True)
    return sum(_moved(pk) for pk in passed[:AT_ONCE])


def _moved(pk: UUID) -> bool:
    """One request that cannot be moved is logged and stops no other."""
    try:
        return actions.move_promise(pk)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("promise not moved", extra={"event": "promise_not_moved", "inquiry": str(pk)})
        return False


@transaction.atomic
def tell_managers() -> int:
    """One mail on a working day, from the opening on, while requests are late; says how many went out.

    Workers that come together wait for each other at the lock, and the second finds
    the first one's mail.
    """
    now = timezone.now().astimezone(calendar.zone())
    if not is_time(now):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('late requests', 0))")
    midnight = datetime.combine(now.date(), time.min, calendar.zone())
    late = Inquiry.objects.late()
    if OutboxMessage.objects.filter(kind=KIND, created_at__gte=midnight).exists() or not late.exists():
        return 0
    to = addresses()
    if not to:
        log.warning("no manager has an e-mail address", extra={"event": "late_unheard"})
        return 0
    context = context_for(late.most_pressing_first())
    return len([outbox.enqueue(KIND, address, context) for address in to])


def is_time(now: datetime) -> bool:
    """`now` in the clinic's zone."""
    today = now.date()
    return today == calendar.next_working_day(today) and now.time() >= calendar.opens_at(today)


def addresses() -> list[str]:
    users = User.objects.filter(is_active=True, is_staff=True, groups__name=ROLE).exclude(email="")
    return sorted(set(users.values_list("email", flat=True)))


def context_for(late: InquiryQuerySet) -> dict[str, str]:
    """References and days; a mail names no patient."""
    count = late.count()
    lines = [_line(*row) for row in late.values_list("reference", "promised_first", "answer_by")[:LISTED]]
    if count > LISTED:
        lines.append(f"and {count - LISTED} more")
    return {
        "clinic_name": ClinicProfile.load().name,
        "count": "1 request is" if count == 1 else f"{count} requests are",
        "references": "\n".join(lines),
        "link": settings.SITE_URL + reverse("admin:requests_inquiry_changelist") + "?view=late",
    }


def _line(reference: str, promised: date, now: date) -> str:
    moved = f", new day {calendar.day_words(now)}" if now > promised else ""
    return f"{reference}: promised for {calendar.day_words(promised)}{moved}"
