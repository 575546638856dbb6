"""The sources that pages cite."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from clinic.staff import OfferedFilters, site
from procedures.models import Reference


@admin.register(Reference, site=site)
class ReferenceAdmin(OfferedFilters):
    list_display = ("key", "citation", "year", "study_type")
    search_fields = ("key", "citation")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Reference | None = None) -> bool:
        """Editions may cite it."""
        return False
