"""Sessions in the database, as Django keeps them."""

import re

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """A key that is none of ours is not looked up: the database refuses some characters (F9)."""
        return bool(re.fullmatch("[a-z0-9]{32}", key or ""))
