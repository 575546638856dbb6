"""What can be done to several requests at once."""

from dataclasses import dataclass

from clinic.models import User
from requests.staff_forms.bulk import (
    BulkAssignForm,
    BulkCloseForm,
    BulkExportForm,
    BulkForm,
    BulkSnoozeForm,
)

from .verbs import VERBS, Verb

EXPORT = "export"


@dataclass(frozen=True)
class BulkVerb:
    """`verb` is what is done to each; an export changes nothing and has none."""

    slug: str
    button: str
    permission: str
    form: type[BulkForm]
    verb: Verb | None = None


def _of(slug: str, form: type[BulkForm]) -> BulkVerb:
    verb = VERBS[slug]
    return BulkVerb(slug, verb.button, verb.permission, form, verb)


BULK_VERBS = {
    bulk.slug: bulk
    for bulk in (
        _of("assign", BulkAssignForm),
        _of("snooze", BulkSnoozeForm),
        _of("close", BulkCloseForm),
        BulkVerb(EXPORT, "Export", "requests.export_inquiry", BulkExportForm),
    )
}


def verbs_for(user: User) -> list[BulkVerb]:
    return [verb for verb in BULK_VERBS.values() if user.has_perm(verb.permission)]
