"""To be looked at: the draft as readers would see it, and what differs between two states of a page."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic.headers import framed_by_us, frames_our_own
from clinic.models import ClinicProfile
from clinic.staff import site
from procedures import page, views
from procedures.desk import differences, drafts
from procedures.models import Edition, Explainer
from procedures.page import Page

from .edit_parts import standing

DRAFT = "draft"


# /staff/procedures/explainer/<pk>/preview/
@framed_by_us
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page made of the working copy, marked as a draft."""
    explainer = get_object_or_404(Explainer, pk=pk)
    words = page.of(explainer)
    context = views.page_context(drafts.edition_of(explainer, words), ClinicProfile.load())
    return render(request, "admin/procedures/preview.html", context)


# /staff/procedures/explainer/<pk>/screens/
@frames_our_own
@require_safe
def screens(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview on a phone and on a desk, side by side."""
    explainer = get_object_or_404(Explainer, pk=pk)
    context = {
        "title": f"Preview of {explainer}",
        "explainer": explainer,
        "preview_url": reverse("admin:procedures_explainer_preview", args=[pk]),
        **standing(explainer, page.own(explainer)),
    }
    return render(request, "admin/procedures/screens.html", site.each_context(request) | context)


class StatesForm(forms.Form):
    """Two states of a page: editions by their number, or the draft."""

    old = forms.ChoiceField(label="From")
    new = forms.ChoiceField(label="To")

    def __init__(self, editions: list[tuple[int, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.names = {str(number): f"Edition {number}: {note}" for number, note in editions}
        self.names |= {DRAFT: "Draft"}
        for name in ("old", "new"):
            field = self.fields[name]
            field.choices = list(self.names.items())  # type: ignore[attr-defined]
            field.widget.attrs["class"] = "width-20"


# /staff/procedures/explainer/<pk>/differences/?old=2&new=draft
@require_safe
def differences_of(request: HttpRequest, pk: int) -> HttpResponse:
    explainer = get_object_or_404(Explainer, pk=pk)
    editions = list(explainer.editions.order_by("-number").values_list("number", "change_note"))
    if not editions:
        raise Http404
    chosen = {"old": str(editions[0][0]), "new": DRAFT} | request.GET.dict()
    form = StatesForm(editions, chosen)
    if not form.is_valid():
        raise Http404
    old, new = (form.cleaned_data[name] for name in ("old", "new"))
    context = {
        "title": f"What differs: {explainer}",
        "explainer": explainer,
        "form": form,
        "old_name": form.names[old].partition(":")[0],
        "new_name": form.names[new].partition(":")[0],
        "comparison": differences.between(words_of(explainer, old), words_of(explainer, new)),
    }
    return render(request, "admin/procedures/differences.html", site.each_context(request) | context)


def words_of(explainer: Explainer, state: str) -> Page:
    if state == DRAFT:
        return page.of(explainer)
    return page.from_json(Edition.objects.get(explainer=explainer, number=int(state)).content)
