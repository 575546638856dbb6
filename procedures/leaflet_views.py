"""What readers take away: leaflets, pictures for links."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.public import public_page

from . import leaflet as leaflets
from . import link_image, typesetting, views
from .made_files import LEAFLETS
from .models import Edition

FOR_EVER = "public, max-age=31536000, immutable"
log = logging.getLogger(__name__)


# /procedures/<slug>/leaflet.pdf, /procedures/<slug>/leaflet-<variant>.pdf, the same under /conditions/
@public_page
def leaflet(request: HttpRequest, kind: str, slug: str, variant: str = "letter") -> HttpResponse:
    edition = (
        Edition.objects.public()
        .filter(explainer__kind=kind, explainer__slug=slug)
        .with_page_parts()
        .defer("html", "references_html", "content")
        .order_by("-number")
        .first()
    )
    if variant not in LEAFLETS:
        raise Http404
    if edition is None:
        return views.taken_back(request, kind, slug)
    try:
        body = leaflets.of(edition, variant)
    except typesetting.NotSet:
        return away(request, "leaflet_not_made")
    name = slug if variant == "letter" else f"{slug}-{variant}"
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(body, content_type="application/pdf", headers=headers)


# /pages/<edition code>.png
@public_page
def og_image(request: HttpRequest, code: str) -> HttpResponse:
    editions = Edition.objects.public().filter(code=code).select_related("explainer")
    edition = editions.defer("html", "references_html", "content").first()
    if edition is None:
        raise Http404
    try:
        body = link_image.of(edition)
    except typesetting.NotSet:
        return away(request, "link_image_not_made")
    return HttpResponse(body, content_type="image/png", headers={"Cache-Control": FOR_EVER})


def away(request: HttpRequest, event: str) -> HttpResponse:
    log.exception("a file could not be made", extra={"event": event})
    response = render(request, "procedures/leaflet_away.html", status=503)
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = "120"
    return response
