"""Where staff make, change, share and delete their views of the queue."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from clinic.models import User
from clinic.staff import needs, signed_in, site
from requests import actions
from requests.models import SavedView
from requests.staff_forms.views import SavedViewForm

from . import around, saved, search
from .filters import read
from .views import VIEWS

LIST = "admin:requests_views"
METHODS = ["GET", "HEAD", "POST"]


# /staff/requests/views/
@require_safe
@needs("requests.view_inquiry")
def views(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    rows = [
        {
            "kept": kept,
            "base": VIEWS[kept.view].title if kept.view in VIEWS else "To do",
            "url": f"{reverse(search.QUEUE)}?{urlencode({'view': kept.slug})}",
            "may_change": kept.may_be_changed_by(user),
        }
        for kept in SavedView.objects.for_user(user)[: saved.LISTED]
    ]
    context = {"title": "Saved views", "rows": rows, "beside": around.MOST}
    return render(request, "admin/requests/views.html", site.each_context(request) | context)


# /staff/requests/views/new/
@require_http_methods(METHODS)
@needs("requests.view_inquiry")
def new(request: HttpRequest) -> HttpResponse:
    """Begins with what the list showed that one came from."""
    user = signed_in(request)
    return edit(request, from_list(request, user), "Save a view")


# /staff/requests/views/<id>/
@require_http_methods(METHODS)
@needs("requests.view_inquiry")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    return edit(request, changeable(request, pk), "Change a view")


def edit(request: HttpRequest, kept: SavedView, title: str) -> HttpResponse:
    user = signed_in(request)
    form = SavedViewForm(request.POST if request.method == "POST" else None, kept=kept, by=user)
    if request.method == "POST" and form.is_valid() and save(form, user):
        messages.success(request, f"The view “{kept.name}” is saved.")
        return redirect(f"{reverse(search.QUEUE)}?{urlencode({'view': kept.slug})}")
    context = {"title": title, "form": form, "kept": kept}
    status = 422 if form.errors else 200
    return render(
        request, "admin/requests/view_form.html", site.each_context(request) | context, status=status
    )


def save(form: SavedViewForm, by: User) -> SavedView | None:
    """None, with an error in the form, when it cannot be kept."""
    try:
        with transaction.atomic():
            return actions.save_view(form.filled(), by=by)
    except IntegrityError:
        form.add_error("name", "There is a view of this name. Choose another name")
    except actions.NotAllowed as error:
        form.add_error(None, str(error))
    return None


# /staff/requests/views/<id>/delete/
@require_http_methods(METHODS)
@needs("requests.view_inquiry")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    if request.method == "POST" and saved.find(user, pk) is None:
        return redirect(LIST)  # the second click
    kept = changeable(request, pk)
    if request.method == "POST":
        actions.delete_view(kept, by=user)
        messages.success(request, f"The view “{kept.name}” is deleted.")
        return redirect(LIST)
    context = {"title": "Delete a view", "kept": kept}
    return render(request, "admin/requests/view_delete.html", site.each_context(request) | context)


def changeable(request: HttpRequest, pk: int) -> SavedView:
    user = signed_in(request)
    kept = saved.find(user, pk)
    if kept is None:
        raise Http404
    if not kept.may_be_changed_by(user):
        raise PermissionDenied
    return kept


def from_list(request: HttpRequest, user: User) -> SavedView:
    """What the list's address said; search words are no part of a view."""
    params = request.GET
    base = saved.find_by_slug(user, params.get("view", ""))
    kept = SavedView(owner=user, view=params.get("view", "") if params.get("view") in VIEWS else "")
    if base:
        kept.view, kept.order, kept.columns = base.view, base.order, base.columns
    kept.filters = (read(base.filters) if base else {}) | read(params)
    return kept


PAGES = [
    path("requests/views/", views, name="requests_views"),
    path("requests/views/new/", new, name="requests_view_new"),
    path("requests/views/<int:pk>/", change, name="requests_view_change"),
    path("requests/views/<int:pk>/delete/", delete, name="requests_view_delete"),
]
