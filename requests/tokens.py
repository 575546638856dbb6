"""References to read out, secrets of private links, and text folded for search."""

import hashlib
import secrets
import unicodedata

# No look-alikes: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
REFERENCE_LETTERS = "34679ACDEFGHJKMNPQRTWXY"


def new_reference() -> str:
    """A reference to read out on the phone, like 7K3-XW9."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"


def new_token() -> str:
    """The secret part of a private link: 192 random bits."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def fold(text: str) -> str:
    """Lower case without accents, so that staff find Nuñez by typing nunez (X20)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
