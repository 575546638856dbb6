"""Rate limits and anonymous counts, each one row and one statement."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from . import calendar
from .models import RateBucket


def allow(name: str, identity: str, *, limit: int, per_seconds: int) -> bool:
    """Count one use; False once `identity` has used `name` more than `limit` times in the stretch.

    Stretches begin at fixed moments. It is a little inexact at their edges for
    the sake of one row and one statement, and it never counts rows.
    """
    now = timezone.now().timestamp()
    starts_at = datetime.fromtimestamp(now - now % per_seconds, tz=UTC)
    return stamp(name, identity, starts_at) <= limit


def used(name: str, identity: str, *, per_seconds: int) -> bool:
    """Whether allow() has counted a use in this stretch or the one before."""
    since = timezone.now() - timedelta(seconds=2 * per_seconds)
    return bool(stamps(name, identity, since=since))


def stamp(name: str, identity: str, at: datetime) -> int:
    """Count one use at that moment; how many there are by now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clinic_ratebucket (name, identity, starts_at, count) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (name, identity, starts_at) DO UPDATE SET count = clinic_ratebucket.count + 1 "
            "RETURNING count",
            [name, _hashed(identity), at],
        )
        return cursor.fetchone()[0]


def unstamp(name: str, identity: str, at: datetime) -> None:
    """Take one use at that moment back."""
    rows = RateBucket.objects.filter(name=name, identity=_hashed(identity), starts_at=at, count__gt=0)
    rows.update(count=F("count") - 1)


def stamps(name: str, identity: str, *, since: datetime) -> list[datetime]:
    """The moments of the uses after `since`, oldest first."""
    rows = RateBucket.objects.filter(name=name, identity=_hashed(identity), starts_at__gt=since)
    return [row.starts_at for row in rows.order_by("starts_at") for _ in range(row.count)]


def forget_old() -> int:
    """Delete what no limit looks at any more."""
    return RateBucket.objects.filter(starts_at__lt=timezone.now() - timedelta(days=2)).delete()[0]


def _hashed(identity: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), identity.encode(), hashlib.sha256).hexdigest()


def count(name: str) -> None:
    """Add one to today's anonymous count of `name`."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO clinic_dailycount (name, "on", count) VALUES (%s, %s, 1) '
            'ON CONFLICT (name, "on") DO UPDATE SET count = clinic_dailycount.count + 1',
            [name[:80], calendar.local_today()],
        )


def client_address(request: HttpRequest) -> str:
    """The peer's address; behind our own proxy the one the proxy saw (P37)."""
    if settings.TRUSTED_PROXY and (hops := request.headers.get("X-Forwarded-For")):
        return one_home(hops.split(",")[-1].strip())
    return one_home(request.META.get("REMOTE_ADDR", ""))


def one_home(address: str) -> str:
    """A home with IPv6 has 2^64 addresses, so its network counts as one address."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return address if ip.version == 4 else str(ip_network((ip.packed, 64), strict=False))
