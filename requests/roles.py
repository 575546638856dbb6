"""Who works on requests, in which roles, and whose turn it is."""

from datetime import date

from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery

from clinic.calendar import local_today
from clinic.models import User

from .models import Absence, Assignment

TAKES = "requests.take_inquiry"
# What a role is called when a request is given to it: "Given to Triage nurses".
WORDS = {"Reception": "Reception", "Triage nurse": "Triage nurses", "Clinician": "Clinicians"}


def words(role: Group) -> str:
    return WORDS.get(role.name, f"the role {role.name}")


def with_requests() -> QuerySet[Group]:
    """The roles whose people may take requests."""
    app, codename = TAKES.split(".")
    return Group.objects.filter(
        permissions__content_type__app_label=app, permissions__codename=codename
    ).order_by("name")


def colleagues() -> QuerySet[User]:
    """Who may take requests; superusers keep the site and are not offered."""
    allowed = User.objects.with_perm(TAKES, include_superusers=False)
    return allowed.filter(is_staff=True).order_by("last_name", "first_name", "username")


def away(day: date | None = None) -> dict[int, Absence]:
    """The absence of each person who is away on that day, today unless told."""
    return {absence.user_id: absence for absence in Absence.objects.on(day or local_today())}


def next_in_turn(role: Group) -> User | None:
    """Of the role's people who are here, the one who got a request longest ago."""
    latest = Assignment.objects.filter(to=OuterRef("pk")).order_by("-at").values("at")[:1]
    present = (
        colleagues().filter(groups=role).exclude(pk__in=Absence.objects.on(local_today()).values("user"))
    )
    in_turn = present.annotate(got_one_at=Subquery(latest))
    return in_turn.order_by(F("got_one_at").asc(nulls_first=True), "pk").first()


def hold_turns() -> None:
    """Until the transaction ends, nobody else finds out whose turn it is: two would find the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('next in turn', 0))")
