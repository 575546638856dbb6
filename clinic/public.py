"""Public pages: the same bytes for everybody, no cookie.

Caches may keep them and ask each time whether they are still right: a page that was
withdrawn or mended must not go on being read, and the answer "you have it" is cheap.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

ASK_AGAIN = "public, no-cache"
_views: set[Callable[..., HttpResponse]] = set()


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """GET and HEAD only. Without its session a request can neither be told apart nor answered
    with a cookie: otherwise a signed-in colleague's renewed session cookie would go out with
    "Cache-Control: public" (E51).
    """

    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        del request.session
        request.has_sheet_inside = True  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", ASK_AGAIN)
        # Also on a 304, which is made before the compression adds it.
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    _views.add(wrapped)
    return wrapped


def is_public(view: Callable[..., Any]) -> bool:
    return view in _views


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Behind a secret address: nothing keeps the page or tells others of it (P06)."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped
