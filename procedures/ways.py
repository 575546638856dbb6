"""Ways from the text of one page to another: [words](/conditions/SLUG/)."""

import re
from collections.abc import Iterable

from django.urls import reverse

from .models import Explainer

Way = tuple[str, str]
WAY = re.compile(r"\]\(/(procedure|condition)s/([\w-]+)/")


def named(text: str) -> list[Way]:
    """By kind and slug."""
    return WAY.findall(text)


def known(ways: Iterable[Way]) -> frozenset[str]:
    """Addresses of those that have been published and not withdrawn."""
    wanted = set(ways)
    if not wanted:
        return frozenset()
    slugs = {slug for _, slug in wanted}
    rows = Explainer.objects.filter(slug__in=slugs, is_withdrawn=False, editions__isnull=False)
    return frozenset(address_of(*row) for row in rows.values_list("kind", "slug") if row in wanted)


def address_of(kind: str, slug: str) -> str:
    return reverse(f"procedures:{kind}", args=[slug])
