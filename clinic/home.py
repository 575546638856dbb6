"""The clinic itself on the staff home page, for those who keep it."""

from django.http import HttpRequest
from django.urls import reverse

from .calendar import local_today, opening_lines
from .models import AnswerTime, ClinicProfile, Holiday, User
from .panels import Item, Panel
from .staff import signed_in

EMPTY = "Not entered yet"


def panel(request: HttpRequest) -> Panel | None:
    if not signed_in(request).has_perm("clinic.change_clinicprofile"):
        return None
    hours = [f"{days} {hours}" for days, hours in opening_lines()]
    items = [
        _profile(),
        Item("Opening hours", reverse("admin:clinic_openinghours_changelist"), hours or [EMPTY]),
        Item("Holidays", reverse("admin:clinic_holiday_changelist"), [_next_holiday()]),
        Item("Staff accounts", reverse("admin:clinic_user_changelist"), [_who_signs_in()]),
        Item("Roles", reverse("admin:auth_group_changelist"), ["What each role may do"]),
    ]
    return Panel("Clinic", items=items, covers=("clinic", "auth"))


def _profile() -> Item:
    profile = ClinicProfile.objects.first()
    if profile is None:
        return Item("Clinic profile", reverse("admin:clinic_clinicprofile_add"), [EMPTY])
    days = profile.answer_within_days
    promise = f"answers within {days} working day{'' if days == 1 else 's'}"
    url = reverse("admin:clinic_clinicprofile_change", args=[profile.pk])
    measured = [row.words for row in AnswerTime.objects.order_by("is_urgent") if row.words]
    return Item("Clinic profile", url, [profile.phone, promise, *measured])


def _next_holiday() -> str:
    holiday = Holiday.objects.filter(on__gte=local_today()).first()
    return f"Next: {holiday}" if holiday else "None ahead"


def _who_signs_in() -> str:
    people = User.objects.filter(is_active=True, is_staff=True).count()
    return "1 person can sign in" if people == 1 else f"{people} people can sign in"
