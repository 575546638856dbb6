"""Going on with a request on another device, and a draft that is gone."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from . import drafts
from .addresses import next_url
from .status_views import private
from .trouble import guarded, open_draft

# /requests/new/save/


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def resume_link(request: HttpRequest) -> HttpResponse:
    """A private link to go on elsewhere, made only when asked for."""
    draft = open_draft(request, drafts.find(request))
    link = ""
    if request.method == "POST":
        path = reverse("requests:resume", args=[drafts.new_resume_token(draft)])
        link = f"{settings.SITE_URL}{path}"
    context = {"link": link, "until": draft.expires_at, "back_url": next_url(draft)}
    return render(request, "requests/resume_link.html", context)


# /requests/new/resume/<token>/


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST moves the draft to this device: mail scanners follow links."""
    draft = drafts.find_by_resume_token(token)
    if draft is None:
        return render(request, "requests/expired.html", status=404)
    if request.method != "POST":
        return render(request, "requests/resume.html")
    response = redirect(next_url(draft))
    drafts.remember(response, drafts.move_here(draft))
    return response


# /requests/new/expired/


@require_safe
@private
def expired(request: HttpRequest) -> HttpResponse:
    return render(request, "requests/expired.html")
