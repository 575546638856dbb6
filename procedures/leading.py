"""Which pages lead readers to another one, by links in their texts or as a related page."""

from dataclasses import dataclass

from . import page, ways
from .models import Edition, Explainer
from .reading import Reading


@dataclass(frozen=True)
class Leading:
    explainer: Explainer
    # Where in its public text the links stand, like section "causes".
    places: list[str]
    is_related: bool


def to(explainer: Explainer) -> list[Leading]:
    """In the words that readers have now; a draft may say something else."""
    related = set(explainer.related_from.values_list("pk", flat=True))
    editions = Edition.objects.current().exclude(explainer=explainer).select_related("explainer")
    found = [
        Leading(edition.explainer, _places(edition, explainer), edition.explainer_id in related)
        for edition in editions.defer("html", "references_html")
    ]
    pages = [each for each in found if each.places or each.is_related]
    return sorted(pages, key=lambda each: each.explainer.medical_name)


def _places(edition: Edition, explainer: Explainer) -> list[str]:
    way = (explainer.kind, explainer.slug)
    typed = Reading(page.from_json(edition.content)).typed
    return [place for place, text in typed if way in ways.named(text)]
