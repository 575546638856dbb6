""" "Was this page useful?": two buttons on a page, then a thank-you with one more question (E56).

Explainer pages are the same bytes for everybody, so their form carries no token. In
its place the browser's own word counts: a form on another site is refused by its
Origin, or by Sec-Fetch-Site where no Origin is sent. All a forged answer could do is
add one to a count.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clinic.staff import is_from_us

from . import feedback
from .models import Edition

CODE = re.compile(r"[\w-]{1,16}", re.ASCII)
ANSWERS = {"yes": True, "no": False}


class ReasonForm(forms.Form):
    """One choice from a list, and no free text: people would write about their health."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, is_useful: bool) -> None:
        super().__init__(data)
        self.fields["reason"] = forms.ChoiceField(
            label=_("What was good about it?") if is_useful else _("What was missing?"),
            choices=[(reason.value, reason.label) for reason in feedback.REASONS[is_useful]],
            widget=forms.RadioSelect,
            error_messages=dict.fromkeys(("required", "invalid_choice"), _("Select one line, or go back")),
        )


def sent_by_our_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No cookie, in or out; a POST only from this site."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        del request.session
        if request.method == "POST" and not came_from_here(request):
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def came_from_here(request: HttpRequest) -> bool:
    if "Origin" in request.headers:
        return is_from_us(request)
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def edition_with(code: str) -> Edition:
    """One that the public may see, or could: older editions stay open in somebody's browser."""
    edition = fit_edition_with(code)
    if edition.explainer.is_withdrawn:
        raise Http404
    return edition


def fit_edition_with(code: str) -> Edition:
    """Also of a page that is withdrawn."""
    if not CODE.fullmatch(code):
        raise Http404
    return get_object_or_404(Edition.objects.fit_for_readers().select_related("explainer"), code=code)


# /pages/<edition code>/useful/
@require_http_methods(["GET", "HEAD", "POST"])
@sent_by_our_page
def useful(request: HttpRequest, code: str) -> HttpResponse:
    edition = edition_with(code)
    if request.method != "POST":
        return redirect(f"{edition.explainer.get_absolute_url()}#useful")
    answer = request.POST.get("answer", "")
    if answer not in ANSWERS:
        return redirect(f"{edition.explainer.get_absolute_url()}#useful")
    feedback.count_answer(request, edition, is_useful=ANSWERS[answer])
    return redirect("procedures:useful_reason", code, answer)


# /pages/<edition code>/useful/<yes or no>/
@require_http_methods(["GET", "HEAD", "POST"])
@sent_by_our_page
def reason(request: HttpRequest, code: str, answer: str) -> HttpResponse:
    """Thanks, and why, for those who want to say it."""
    if answer not in ANSWERS:
        raise Http404
    edition, is_useful = edition_with(code), ANSWERS[answer]
    form = ReasonForm(request.POST if request.method == "POST" else None, is_useful=is_useful)
    if request.method == "POST" and form.is_valid():
        feedback.count_reason(request, edition, is_useful=is_useful, reason=form.cleaned_data["reason"])
        return redirect("procedures:useful_thanks", code)
    status = 422 if request.method == "POST" else 200
    context = {"edition": edition, "form": form, "is_useful": is_useful}
    return render(request, "procedures/feedback_reason.html", context, status=status)


# /pages/<edition code>/useful/thanks/
@require_safe
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    del request.session
    return render(request, "procedures/feedback_thanks.html", {"edition": edition_with(code)})
