"""How many requests there are, without ever counting many: exact while few, else the planner's word.

Counting is what grows with the years, so every count ends at a limit.
"""

import json
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from clinic.models import User
from clinic.staff import needs, signed_in
from requests.models import Inquiry

from .views import VIEWS, View

CHIP_LIMIT = 100
EXACT_LIMIT = 1000


@dataclass(frozen=True)
class Entry:
    """A view with how many requests it holds; beyond the limit `count` stays there."""

    view: View
    count: int
    url: str
    is_chosen: bool = False

    @property
    def words(self) -> str:
        return f"{CHIP_LIMIT - 1}+" if self.count >= CHIP_LIMIT else str(self.count)


def by_view(user: User) -> dict[str, int]:
    """For every view, up to the limit: one statement."""
    parts, values = [], []
    for view in VIEWS.values():
        few = view.pick(Inquiry.objects.all(), user).order_by().values("pk")[:CHIP_LIMIT]
        sql, params = few.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) few)")
        values += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(VIEWS, cursor.fetchone(), strict=True))


def about(found: QuerySet[Inquiry]) -> str:
    """In words: 43, or about 12,000."""
    found = found.order_by()
    exact = found.values("pk")[:EXACT_LIMIT].count()
    return str(exact) if exact < EXACT_LIMIT else f"about {rounded(max(estimate(found), exact)):,}"


def estimate(found: QuerySet[Inquiry]) -> int:
    plan = json.loads(found.values("pk").explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def rounded(number: int) -> int:
    """To two digits: more would promise what an estimate cannot keep."""
    unit = 10 ** (len(str(number)) - 2)
    return round(number / unit) * unit


# /staff/requests/inquiry/counts/
@require_safe
@needs("requests.view_inquiry")
def counts(request: HttpRequest) -> HttpResponse:
    """For the script that keeps the numbers of an open page fresh."""
    user = signed_in(request)
    words = {slug: Entry(VIEWS[slug], count, "").words for slug, count in by_view(user).items()}
    return JsonResponse(words)
