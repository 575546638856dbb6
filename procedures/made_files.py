"""Files made from editions: made when somebody first asks, kept until what went into them changes."""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import transaction

from . import page, typesetting
from .models import Edition, EditionFile

LEAFLETS = ["letter", "a4", "large", "large-a4"]
# Who comes second waits and then finds the file; a few locks are enough for all pages.
_making: dict[int, threading.Lock] = defaultdict(threading.Lock)


def get(edition: Edition, variant: str, inputs: Any, make: Callable[[], bytes]) -> bytes:
    """`inputs` is what the file is made from besides the edition, which never changes."""
    inputs_hash = page.digest([inputs, typesetting.layout_hash()])
    with _making[hash((edition.pk, variant)) % 16]:
        kept = EditionFile.objects.filter(edition=edition, variant=variant).first()
        if kept and kept.inputs_hash == inputs_hash:
            return bytes(kept.body)
        body = make()
        keep(edition, variant, inputs_hash, body)
    return body


@transaction.atomic
def keep(edition: Edition, variant: str, inputs_hash: str, body: bytes) -> None:
    """One file a variant; leaflets of older editions go, as nobody is led to them any more."""
    EditionFile.objects.update_or_create(
        edition=edition, variant=variant, defaults={"inputs_hash": inputs_hash, "body": body}
    )
    older = EditionFile.objects.filter(
        edition__explainer=edition.explainer_id, edition__number__lt=edition.number
    )
    older.filter(variant__in=LEAFLETS).delete()
