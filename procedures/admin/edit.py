"""The edit screen: text on one side, the draft and what would stop it on the other."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from clinic.staff import signed_in, site
from procedures import checks, page, working_copy
from procedures.desk import differences, saving
from procedures.models import Explainer

from . import edit_parts
from .edit_parts import change_url

ANCHOR = re.compile(r"[a-z_]+(-\d+)?")


# /staff/procedures/explainer/<pk>/change/
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    needed = "change" if request.method == "POST" else "view"
    if not user.has_perm(f"procedures.{needed}_explainer"):
        raise PermissionDenied
    if request.method == "POST":
        return save(request, pk)
    explainer = get_object_or_404(Explainer, pk=pk)
    words = page.of(explainer)
    return show(request, explainer, words, saving.Desk(explainer, words))


@transaction.atomic
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves, and comes back to the part in which the button was pressed."""
    explainer = get_object_or_404(Explainer.objects.select_for_update(), pk=pk)
    now, sealed = page.own(explainer), request.POST.get("shown", "")
    form = saving.Desk(Explainer.objects.get(pk=pk), now, request.POST)
    if not form.is_valid():
        return show(request, explainer, page.with_shared(now), form, sealed=sealed)
    shown, typed = working_copy.unseal(sealed, now), form.typed()
    if now not in (shown, typed):
        return show_both(request, explainer, form, shown, typed)
    saving.save(explainer, form, typed)
    site.get_model_admin(Explainer).log_change(request, explainer, "Saved the working copy.")
    messages.success(request, "Saved. Readers see no change until you publish it.")
    at = request.POST.get("at", "")
    return redirect(change_url(explainer) + (f"?open={at}#{at}" if ANCHOR.fullmatch(at) else ""))


def show_both(
    request: HttpRequest, explainer: Explainer, form: saving.Desk, shown: page.Page, typed: page.Page
) -> HttpResponse:
    """Somebody saved while this form was open: nothing is stored, nothing typed is lost."""
    now = page.own(explainer)
    joined = working_copy.join(shown, now, typed)
    again = saving.Desk(explainer, joined.words)
    again.names.initial["related"] = form.names.cleaned_data.get("related", ())
    context = {
        "meanwhile": differences.between(shown, now),
        "both": [both_title(name, key) for name, key in joined.both],
    }
    words = page.with_shared(joined.words)
    return show(request, explainer, words, again, sealed=working_copy.seal(now), status=409, **context)


def both_title(name: str, key: str) -> str:
    return f"{saving.PLURALS[name]}: {key}" if key else differences.NAMES[name]


def show(
    request: HttpRequest,
    explainer: Explainer,
    words: page.Page,
    form: saving.Desk,
    *,
    sealed: str = "",
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    problems = form.problems() if form.names.is_bound else []
    failures = [] if problems else checks.run(words)
    may_change = signed_in(request).has_perm("procedures.change_explainer")
    context = {
        "title": explainer.medical_name,
        "explainer": explainer,
        "original": explainer,
        "opts": Explainer._meta,
        "form": form,
        "may_change": may_change,
        "problems": problems,
        "failures": edit_parts.linked(failures, explainer, words),
        **edit_parts.shown(form, words, failures, opened=request.GET.get("open", "")),
        "keys": edit_parts.keys(words),
        "sealed": sealed or working_copy.seal(words),
        **edit_parts.standing(explainer, words),
        **extra,
    }
    answer = 422 if problems else status
    return render(request, "admin/procedures/edit.html", site.each_context(request) | context, status=answer)
