"""Links lead to a page of this site that readers may open, or out of it by https (E7, E40)."""

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.text import slugify

from procedures import glossary
from procedures.reading import Reading

from .registry import Failure, check

SCHEMES = ("https", "mailto", "tel")
# What the frame of every page has.
ANCHORS = {"about-page", "ask", "content", "emergency", "references", "toc", "urgent", "useful"}
GONE = "the link {0} leads to a page that is not published; publish that page first or take the link out"
NOT_HERE = "the link {0} leads to no address of this site"


@check
def links_lead_to_a_page(reading: Reading) -> Iterator[Failure]:
    for block in reading.blocks:
        for link in block.links:
            if not link.is_image and (fault := _fault(reading, link.address)):
                yield Failure("E7", block.place, fault.format(link.address), block.text)


@check
def links_lead_to_a_place_on_the_page(reading: Reading) -> Iterator[Failure]:
    here = anchors(reading)
    words = {term.slug for term in glossary.terms()}
    known = {"": here, reading.page.address: here, reverse("procedures:glossary"): words}
    for block in reading.blocks:
        for link in block.links:
            parts = urlsplit(link.address)
            there = None if parts.scheme or parts.netloc else known.get(parts.path)
            if there is not None and "#" in link.address and unquote(parts.fragment) not in there:
                yield Failure("E7", block.place, f"there is no place {link.address}", block.text)


@check
def images_are_drawings(reading: Reading) -> Iterator[Failure]:
    for block in reading.blocks:
        for link in block.links:
            if link.is_image:
                message = f"the image {link.address} does not show; a drawing is a line ::figure NAME"
                yield Failure("E40", block.place, message, block.text)


def anchors(reading: Reading) -> set[str]:
    """The addresses inside the page: its sections, their headings, cards and lists of risks."""
    found = ANCHORS | {section.slot for section in reading.page.sections}
    places = {f'section "{section.slot}"': section.slot for section in reading.page.sections}
    for (place, token), (_, following) in pairwise(reading.tokens):
        if token.type == "heading_open" and place in places:
            found.add(slugify(f"{places[place]}-{following.content}"))
    for directive in reading.directives:
        if directive.name == "care":
            found.add(directive.argument)
        elif directive.name == "risks":
            found |= {f"risks-{risk.group}" for risk in reading.page.risks}
    if reading.page.asked:
        found |= {"asked", *(f"asked-{number}" for number, _ in enumerate(reading.page.asked, 1))}
    return found


def _fault(reading: Reading, address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme:
        known = parts.scheme in SCHEMES and (parts.netloc or parts.scheme != "https")
        return "" if known else "the link {0} must begin with https:// or be an address of this site"
    if parts.netloc or re.match(r"/[/\\]", unquote(address)):
        return "the link {0} leads away from this site; write https:// before it"
    if not parts.path:
        return "" if parts.fragment else NOT_HERE
    try:
        match = resolve(unquote(parts.path))
    except Resolver404:
        return NOT_HERE
    return _fault_of_match(reading, match, unquote(parts.path))


def _fault_of_match(reading: Reading, match: ResolverMatch, path: str) -> str:
    """Pages of staff, and those with a private word in their address, are not for all readers."""
    if match.app_name == "procedures" and "slug" in match.kwargs:
        page = "/".join(path.split("/")[:3]) + "/"
        return "" if page in reading.page.pages | {reading.page.address} else GONE
    return "the link {0} leads to a page that readers cannot open" if _is_closed(match) else ""


def _is_closed(match: ResolverMatch) -> bool:
    return match.app_name == "admin" or bool(match.kwargs)
