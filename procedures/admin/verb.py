"""Verbs in the admin: a confirm page shown by GET, done by POST."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from clinic.staff import OfferedFilters, needs, site
from procedures import publishing


def verb_page(
    request: HttpRequest, obj: Any, form: forms.Form, run: Callable[[], str], context: dict[str, Any]
) -> HttpResponse:
    """A confirm page: shown by GET, done by POST, then back to the row."""
    meta = obj._meta
    back_url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                messages.success(request, run())
                return redirect(back_url)
            except publishing.NotAllowed as error:
                form.add_error(error.field, str(error))
            except publishing.Refused as error:
                context["failures"] = error.failures
        status = 422
    context |= {"object": obj, "form": form, "opts": meta, "back_url": back_url}
    return render(request, "admin/procedures/verb.html", site.each_context(request) | context, status=status)


def confirmation(request: HttpRequest) -> forms.Form:
    """For a verb that asks for nothing but the button."""
    return forms.Form(request.POST if request.method == "POST" else None)


class ReadOnlyAdmin(OfferedFilters):
    """Rows that never change: to be looked at."""

    actions = None
    view_on_site = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Headed by the row itself, not by "View edition"."""
        context |= {"title": context["subtitle"], "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def verb(self, name: str, permission: str, view: Callable[..., HttpResponse]) -> URLPattern:
        return verb_url(self, name, permission, view)


def verb_url(
    model_admin: admin.ModelAdmin, name: str, permission: str, view: Callable[..., HttpResponse]
) -> URLPattern:
    """/staff/procedures/<model>/<pk>/<name>/ for those who have the permission."""
    opts = model_admin.opts
    guarded = site.admin_view(needs(f"{opts.app_label}.{permission}")(view))
    return path(f"<int:pk>/{name}/", guarded, name=f"{opts.app_label}_{opts.model_name}_{name}")
