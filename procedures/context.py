"""What templates of every page may use of the explainer pages; touches neither user nor session."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from . import shared_words


def public_words(request: HttpRequest) -> dict[str, Any]:
    """So that no page links to one that readers may not open."""
    return {"public_words": SimpleLazyObject(shared_words.public)}
