"""On the staff home page: what will be published when, and what was not."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clinic.panels import Item, Panel, Tag
from clinic.staff import signed_in
from clinic.templatetags.clinic_tags import moment
from procedures import scheduling
from procedures.models import ScheduledPublication

from .edit_parts import change_url


def panel(request: HttpRequest) -> Panel | None:
    if not signed_in(request).has_perm("procedures.publish_explainer"):
        return None
    told = list(scheduling.to_be_told())
    if not told:
        return None
    return Panel("Planned publications", items=[_item(scheduled) for scheduled in told])


def _item(scheduled: ScheduledPublication) -> Item:
    at = moment(scheduled.publish_at)
    if scheduled.state == ScheduledPublication.State.FAILED:
        url = reverse("admin:procedures_explainer_problems", args=[scheduled.explainer_id])
        due = Tag(f"Not published on {at}", "u")
        return Item(str(scheduled.explainer), url, [scheduled.problems[0]], due, tone="u")
    is_late = scheduled.publish_at < timezone.now() - scheduling.LATE
    due = Tag(f"Was due {at}" if is_late else at, "u" if is_late else "")
    about = [scheduled.change_note, f"by {scheduled.created_by}"]
    return Item(str(scheduled.explainer), change_url(scheduled.explainer), about, due)
