"""Pages that belong to no feature: notices, errors, health."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from . import staff
from .languages import NOTICES
from .models import ClinicProfile
from .public import public_page
from .templatetags.clinic_tags import tel


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
    clinic = ClinicProfile.load()
    # Digits keep their order inside a sentence that runs from right to left.
    link = format_html('<a class="nowrap" dir="ltr" href="{}">{}</a>', tel(clinic.phone), clinic.phone)
    notices = [{"notice": notice, "text": format_html(notice.sentence, phone=link)} for notice in NOTICES]
    return render(request, "site/language_help.html", {"clinic": clinic, "notices": notices})


# /robots.txt
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /requests/",
        "Disallow: /search/",
        "Disallow: /staff/",
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Staff who signed in anew beside an older page get back what they typed on it."""
    if request.path.startswith(reverse("admin:index")) and staff.is_from_us(request):
        return staff.site.unsaved(request, "This page was open too long. Nothing was saved.")
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks the database nothing: it may be what has failed."""
    profile = ClinicProfile(name=settings.CLINIC_NAME, phone=settings.CLINIC_PHONE)
    return HttpResponse(render_to_string("500.html", {"clinic": profile}), status=500)


# /healthz
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")
