"""Sessions in the database, as Django keeps them."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.sessions.backends import db
from django.http import HttpRequest, HttpResponse


class SessionStore(db.SessionStore):
    is_background = False

    def _validate_session_key(self, key: str | None) -> bool:
        """A key that is none of ours is not looked up: the database refuses some characters (F9)."""
        return bool(re.fullmatch("[a-z0-9]{32}", key or ""))

    def save(self, must_create: bool = False) -> None:
        """What a page's own script asks is no sign of life, so the half hour goes on (P31)."""
        if not self.is_background or self.modified:
            super().save(must_create)


def in_background(view: Callable[..., Any]) -> Callable[..., Any]:
    """For what scripts ask by themselves: it never keeps anybody signed in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.session.is_background = True  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return wrapped
