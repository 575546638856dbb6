"""Pages that belong to no feature: notices, errors, health."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from .languages import NOTICES
from .models import ClinicProfile
from .public import public_page


# /privacy/
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "site/privacy.html")


# /accessibility/
@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "site/accessibility.html")


# /language-help/
@public_page
def language_help(request: HttpRequest) -> HttpResponse:
    phone = ClinicProfile.load().phone
    notices = [{"notice": notice, "text": notice.sentence.format(phone=phone)} for notice in NOTICES]
    return render(request, "site/language_help.html", {"notices": notices})


# /robots.txt
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /requests/",
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks the database nothing: it may be what has failed."""
    profile = ClinicProfile(name=settings.CLINIC_NAME, phone=settings.CLINIC_PHONE)
    return HttpResponse(render_to_string("500.html", {"clinic": profile}), status=500)


# /healthz
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")
