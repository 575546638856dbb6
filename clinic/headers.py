"""Security headers on every response, error pages included (docs/adr/0003)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from . import styles

View = Callable[..., HttpResponse]
METHODS = ("GET", "HEAD", "POST")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    # Unless a page says that it may be kept: a redirect and an error may carry a link or a cookie (P06).
    "Cache-Control": "no-store, private",
}


def only_known_methods(get_response: View) -> View:
    """Stock views answer TRACE or FOO like GET; no page of ours takes more than these (P10)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)

    return middleware


def security_headers(get_response: View) -> View:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if has_sheet_inside(request):
            response.headers["Content-Security-Policy"] = policy_with_sheet()
        return response

    return middleware


def has_sheet_inside(request: HttpRequest) -> bool:
    """Said by clinic/public.py, and true for the error page that stands in its place as well."""
    return getattr(request, "has_sheet_inside", False)


def policy_with_sheet() -> str:
    return CONTENT_SECURITY_POLICY.replace("style-src 'self'", f"style-src 'self' {styles.source()}")


def framed_by_us(view: View) -> View:
    """For the staff preview of a page: our own pages alone may show it in a frame."""
    opened = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return _with_headers(view, {"Content-Security-Policy": opened, "X-Frame-Options": "SAMEORIGIN"})


def frames_our_own(view: View) -> View:
    """For the staff page that shows such a preview at two widths."""
    return _with_headers(view, {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"})


def _with_headers(view: View, headers: dict[str, str]) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        for name, value in headers.items():
            response.headers[name] = value
        return response

    return wrapped
