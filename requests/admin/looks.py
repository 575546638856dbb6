"""Every look of staff at requests goes on record: who, when, which; never what was typed."""

from collections.abc import Iterable

from clinic.models import User
from requests.models import AccessLog, Inquiry


def record(by: User, inquiry: Inquiry, what: str = "view") -> None:
    AccessLog.objects.create(by=by, inquiry=inquiry, what=what, listed=[inquiry.pk])


def record_list(by: User, inquiries: Iterable[Inquiry], what: str = "list") -> None:
    ids = [inquiry.pk for inquiry in inquiries]
    AccessLog.objects.create(by=by, what=what, shown=len(ids), listed=ids)
