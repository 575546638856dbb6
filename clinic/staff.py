"""The staff site at /staff/: sign-in rules, branding, the home page.

Features add to the home page with `site.panels.append(function)`: each function
takes the request and gives a Panel, or None for somebody it is not meant for.
Pages that belong to no table are added with `site.pages.append(path(...))`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin, ShowFacets
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.text import capfirst

from . import limits
from .models import User
from .panels import Panel

SIGNED_IN_AT = "signed_in_at"
# Tries before a password is hashed (P28): from one place for one name, from one
# place for all names, for one name from anywhere.
TRIES_A_NAME_AND_ADDRESS = (10, 15 * 60)
TRIES_AN_ADDRESS = (50, 15 * 60)
TRIES_A_NAME = (100, 24 * 60 * 60)
TOO_MANY = "There were too many tries to sign in. Wait 15 minutes, then try again, or ask your manager."


class SignInForm(AdminAuthenticationForm):
    """Counts the try before it looks at the password, so that guessing costs us nothing."""

    error_messages = {
        "invalid_login": "The user name and the password do not go together. Check both and try again.",
        "inactive": "The user name and the password do not go together. Check both and try again.",
    }
    request: HttpRequest
    too_many = False

    def clean(self) -> dict[str, Any]:
        if not self._may_try():
            self.too_many = True
            raise forms.ValidationError(TOO_MANY, code="too_many")
        return super().clean()

    def _may_try(self) -> bool:
        name = str(self.cleaned_data.get("username", "")).casefold()
        address = limits.client_address(self.request)
        counted = (
            ("sign-in", f"{name}|{address}", TRIES_A_NAME_AND_ADDRESS),
            ("sign-in-address", address, TRIES_AN_ADDRESS),
            ("sign-in-name", name, TRIES_A_NAME),
        )
        return all(
            limits.allow(what, who, limit=limit, per_seconds=seconds)
            for what, who, (limit, seconds) in counted
        )


class OfferedFilters(ModelAdmin):
    """A list is narrowed by the filters beside it and by nothing else.

    Django takes nearly any column and lookup from the address, and some of those
    questions are faults (F9): a NUL, a year beyond all years, half a regular expression.
    """

    show_facets = ShowFacets.NEVER

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        column, _, kind = lookup.partition("__")
        is_offered = column in self.get_list_filter(request) and kind in ("exact", "id__exact", "isnull")
        return is_offered and "\0" not in value and super().lookup_allowed(lookup, value, request)


class StaffSite(AdminSite):
    site_title = "Staff"
    site_header = "Staff"
    index_title = "Home"
    site_url = "/"
    enable_nav_sidebar = False
    login_form = SignInForm

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.panels: list[Callable[[HttpRequest], Panel | None]] = []
        # Names of long pages: they are filled in again, instead of copied, after signing in.
        self.long_pages: set[str] = set()
        # Pages of features that belong to no table: path("requests/statistics/", view, name=...).
        self.pages: list[URLPattern] = []

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not _is_over(request)

    def get_urls(self) -> list[Any]:
        """Without the stock look-ups, which lead to rows around our own pages."""
        unused = ("autocomplete", "view_on_site")
        pages = [
            path(str(page.pattern), self.admin_view(page.callback), name=page.name) for page in self.pages
        ]
        return pages + [entry for entry in super().get_urls() if getattr(entry, "name", "") not in unused]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every staff page is kept out of search engines; none is cacheable but scripts."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if self._came_too_late(request):
                return self.unsaved(request, "You were signed out. Nothing was saved.")
            response = inner(request, *args, **kwargs)
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return wrapped

    def _came_too_late(self, request: HttpRequest) -> bool:
        """Somebody pressed a button after the session had ended; signing out works nevertheless."""
        if request.method != "POST" or request.path == reverse("admin:logout"):
            return False
        return not self.has_permission(request) and not request.user.is_authenticated

    def unsaved(self, request: HttpRequest, heading: str) -> HttpResponse:
        """403 with what was typed, to be copied: no text is lost because a page was open too long."""
        back = request.path.rstrip("/").rpartition("/")[0] + "/"
        sign_in = f"{reverse('admin:login')}?{urlencode({'next': back})}"
        context = {
            **self.each_context(request),
            "title": heading,
            "typed": typed_words(request.POST),
            "again": self._to_fill_in_again(request),
            "link": back if request.user.is_authenticated else sign_in,
        }
        response = render(request, "admin/unsaved.html", context, status=403)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        add_never_cache_headers(response)
        return response

    def _to_fill_in_again(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Every field of a long page of ours; what another site sent is not made ready to be sent."""
        place = request.resolver_match
        if place is None or place.view_name not in self.long_pages or not is_from_us(request):
            return []
        left_out = ("csrfmiddlewaretoken", "do")
        fields = [(name, values) for name, values in request.POST.lists() if name not in left_out]
        return [("do", "again"), *((name, str(value)) for name, values in fields for value in values)]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        panels = [panel for make in self.panels if (panel := make(request))]
        covered = {"requests"}.union(*(panel.covers for panel in panels))
        context = {"panels": panels, "covered": covered}
        return super().index(request, {**(extra_context or {}), **context})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        apps = self.get_app_list(request, app_label)
        title = {"title": apps[0]["name"]} if apps else {}
        return super().app_index(request, app_label, {**title, **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().login(request, {"title": "Sign in", **(extra_context or {})})
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if request.method != "POST":
            return response
        if response.status_code == 302:
            request.session[SIGNED_IN_AT] = timezone.now().timestamp()
            return response
        form = response.context_data["form"]  # type: ignore[attr-defined]
        response.status_code = 429 if form.too_many else 422
        if form.too_many:
            response.headers["Retry-After"] = str(TRIES_AN_ADDRESS[1])
        return response


def typed_words(posted: QueryDict) -> dict[str, str]:
    """What took effort to type, by field. One word, a choice or a number is quickly given again."""
    fields = {name: str(value) for name, value in posted.items()}
    return {
        name.replace("_", " ").replace("-", " "): words
        for name, words in fields.items()
        if "password" not in name and len(words.split()) > (0 if name == "text" else 1)
    }


def is_from_us(request: HttpRequest) -> bool:
    """Sent by one of our own pages, as only the browser itself can say."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _is_over(request: HttpRequest) -> bool:
    """True once the session is older than its absolute limit; then it ends here (P31)."""
    now = timezone.now().timestamp()
    if now - request.session.setdefault(SIGNED_IN_AT, now) < settings.SESSION_ABSOLUTE_AGE:
        return False
    logout(request)
    messages.info(request, "You were signed in for a long time. Sign in again to go on.")
    return True


def signed_in(request: HttpRequest) -> User:
    """Who asks; inside the site it is always somebody."""
    return cast(User, request.user)


def needs(permission: str) -> Callable[[Any], Any]:
    """For views inside the site: 403 for those whose role does not have the permission."""

    def decorate(view: Any) -> Any:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not signed_in(request).has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def end_sessions(user: User) -> None:
    """Sign the user out everywhere (P27); a clinic has few sessions."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


site = StaffSite()
