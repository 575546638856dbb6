"""References to read out, secrets of private links, and text folded for search."""

import hashlib
import secrets
import unicodedata

# No look-alikes: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
REFERENCE_LETTERS = "34679ACDEFGHJKMNPQRTWXY"
# An accent that takes a place of its own; phones have it as an apostrophe, Unicode as a space.
ACUTE = "\N{ACUTE ACCENT}"
# What Unicode does not take apart: letters with a stroke and joined ones, each phone's apostrophe and hyphen.
PLAIN = str.maketrans(
    dict(zip("łøđðħŧıŋ", "loddhtin", strict=True))
    | {"æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("\u2018\u2019\u02bb\u02bc\u2032`", "'")
    | dict.fromkeys("\u2010\u2013", "-")
)


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
    """Lower case without accents, so that staff find Nuñez by typing nunez (X20) and Żółć by zolc."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace(ACUTE, "'"))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.translate(PLAIN).split())
