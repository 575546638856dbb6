"""Staff accounts, roles, and what the clinic says about itself."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from . import home
from .models import ClinicProfile, Holiday, OpeningHours, User
from .staff import OfferedFilters, end_sessions, signed_in, site

ABOUT = ("first_name", "last_name", "email", "credential")
DATES = ("last_login", "date_joined")


@admin.register(User, site=site)
class StaffAdmin(OfferedFilters, UserAdmin):
    """Managers keep accounts and roles; nobody changes the own role, only superusers make superusers."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("About", {"fields": ABOUT}),
        ("Role", {"fields": ("is_active", "groups")}),
        ("Dates", {"fields": DATES}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        ("About", {"fields": ABOUT}),
        ("Role", {"fields": ("groups",)}),
    )
    for_superusers = (("Setting up", {"fields": ("is_staff", "is_superuser")}),)
    list_display = ("username", "first_name", "last_name", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    filter_horizontal = ()
    readonly_fields = DATES
    actions = None

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "None"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and signed_in(request).is_superuser:
            return (*fieldsets, *self.for_superusers)
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        own = ("is_active", "groups") if obj is not None and obj.pk == request.user.pk else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple
            kwargs["help_text"] = ""
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser's account, its password above all, is no manager's to change."""
        if obj is not None and obj.is_superuser and not signed_in(request).is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who did what stays on record: people leave by being made inactive."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)
        if change and {"is_active", "groups", "is_staff", "is_superuser"} & set(form.changed_data):
            end_sessions(obj)


@admin.register(Group, site=site)
class RoleAdmin(OfferedFilters, GroupAdmin):
    """To be looked at: roles are made by a migration, so that every clinic has the same ones."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False


@admin.register(ClinicProfile, site=site)
class ClinicProfileAdmin(OfferedFilters):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not ClinicProfile.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: ClinicProfile | None = None) -> bool:
        return False


@admin.register(OpeningHours, site=site)
class OpeningHoursAdmin(OfferedFilters):
    list_display = ("weekday", "opens_at", "closes_at")


@admin.register(Holiday, site=site)
class HolidayAdmin(OfferedFilters):
    list_display = ("on", "name")


site.panels.append(home.panel)
