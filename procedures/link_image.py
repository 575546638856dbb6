"""The picture that other sites show beside a link to a page (Open Graph): names alone, nothing that may change."""

import logging

from django.db import transaction

from clinic.models import ClinicProfile

from . import made_files, typesetting
from .models import Edition, EditionFile, Explainer

log = logging.getLogger(__name__)


def of(edition: Edition) -> bytes:
    """1200 by 630 pixels, PNG. Raises typesetting.NotSet."""
    words = words_of(edition)
    return made_files.get(
        edition, EditionFile.Variant.IMAGE, words, lambda: typesetting.png("link_image", words)
    )


def words_of(edition: Edition) -> dict[str, str]:
    return {
        "clinic": ClinicProfile.load().name,
        "kind": Explainer.Kind(edition.explainer.kind).label,
        "plain_name": edition.plain_name,
        "medical_name": edition.medical_name,
    }


def make_at_publication(edition: Edition) -> None:
    """Once the edition is there for good; without its picture it is still published."""
    transaction.on_commit(lambda: _make(edition), robust=True)


def _make(edition: Edition) -> None:
    try:
        of(edition)
    except typesetting.NotSet:
        log.exception("the picture of an edition was not made", extra={"event": "link_image_not_made"})
