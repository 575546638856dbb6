"""What a row may say besides who it is; a saved view chooses among these."""

# Slug and name, in the order of a row.
COLUMNS = {
    "answer_by": "Answer by",
    "flags": "Flags and wishes",
    "wants": "Wants",
    "status": "Status",
    "assignee": "Assignee",
    "sent": "Sent",
    "next": "Next step",
    "snoozed": "Snoozed",
}
USUAL = ("answer_by", "flags", "wants", "status", "assignee", "sent")


def known(slugs: list[str]) -> tuple[str, ...]:
    """In their order; columns that are gone are passed over, and none at all means the usual ones."""
    return tuple(slug for slug in COLUMNS if slug in slugs) or USUAL
