"""A promised day passed and nobody answered."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clinic import calendar
from requests import notifications, promise
from requests.models import Inquiry, PromiseChange


@transaction.atomic
def move_promise(pk: UUID) -> bool:
    """Promise a new day and tell the patient; False when it need not be, or somebody works on it right now.

    The row stays locked until the mail is written with the change, so of several
    workers one does it, and one that is killed has done nothing.
    """
    inquiry = Inquiry.objects.promise_passed().select_for_update(skip_locked=True).filter(pk=pk).first()
    if inquiry is None:
        return False
    missed, new = inquiry.answer_by, promise.day(timezone.now(), inquiry.urgency)
    inquiry.answer_by = new
    inquiry.late_since = inquiry.late_since or calendar.end_of(inquiry.promised_first)
    Inquiry.objects.filter(pk=pk).update(answer_by=new, late_since=inquiry.late_since)
    # A day comes back when requests that were joined are split again: that is no news.
    _, is_news = PromiseChange.objects.get_or_create(inquiry=inquiry, new=new, defaults={"old": missed})
    if is_news:
        notifications.promise_moved(inquiry, missed=missed)
    return True
