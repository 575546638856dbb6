"""Sessions in the database, as Django keeps them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

# The half hour without a click is kept to the minute: a write for every page would be half its time.
EXACT_TO = timedelta(minutes=1)


class SessionStore(db.SessionStore):
    is_background = False
    ends: datetime | None = None  # as the row says

    def _validate_session_key(self, key: str | None) -> bool:
        """A key that is none of ours is not looked up: the database refuses some characters (F9)."""
        return bool(re.fullmatch("[a-z0-9]{32}", key or ""))

    def _get_session_from_db(self) -> Session | None:
        kept: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        self.ends = kept.expire_date if kept else None
        return kept

    def save(self, must_create: bool = False) -> None:
        """What a page's own script asks is no sign of life, so the half hour goes on (P31)."""
        if must_create or self.modified or not (self.is_background or self._is_fresh()):
            super().save(must_create)

    def _is_fresh(self) -> bool:
        longest = timedelta(seconds=self.get_session_cookie_age())
        return self.ends is not None and self.ends > timezone.now() + longest - EXACT_TO


def in_background(view: Callable[..., Any]) -> Callable[..., Any]:
    """For what scripts ask by themselves: it never keeps anybody signed in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.session.is_background = True  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return wrapped
