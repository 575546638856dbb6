"""Password hashes that a crowd at the sign-in page cannot turn into a shortage of memory."""

import threading
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2InTurns(Argon2PasswordHasher):
    """A hash takes 100 MB, and 40 sign-ins at once took 4 GB: more than a few wait for their turn."""

    turns = threading.BoundedSemaphore(2)

    def encode(self, *args: Any) -> str:
        with self.turns:
            return super().encode(*args)

    def verify(self, *args: Any) -> bool:
        with self.turns:
            return super().verify(*args)
