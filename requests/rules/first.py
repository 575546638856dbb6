"""The rules that came with the software, in version 1.

Flags of the first day name them, so these words never change: another condition
is another version, written on the rules' own page. The migration stores them; as
long as no rule is stored at all they hold by themselves, because a request without
its flags would be worse than anything here.
"""

from typing import Any

from django.utils import timezone

URGENT_SOURCE = "Urgent card: FIN20, AHCPR"
BOOKING_SOURCE = "Tell the clinic beforehand: FPM19"
Row = dict[str, Any]


def _sample(raises: bool, **answers: Any) -> Row:
    return {"answers": answers, "raises": raises}


def _ticked(slug: str, words: str, *, key: str = "urgent", value: str = "", **others: Any) -> Row:
    value = value or slug
    return {
        "slug": slug,
        "words": words,
        "severity": "urgent",
        "source": URGENT_SOURCE,
        "condition": {"key": key, "is": "ticked", "values": [value]},
        "tells": "",
        "samples": [_sample(True, **{key: [value]}), _sample(False, **{key: ["none"]})],
        **others,
    }


def _yes_or_not_sure(slug: str, words: str, source: str = BOOKING_SOURCE) -> Row:
    return {
        "slug": slug,
        "words": words,
        "severity": "before_booking",
        "source": source,
        "condition": {"key": slug, "is": "yes_or_not_sure"},
        "tells": f"{slug}_details",
        "samples": [
            _sample(True, **{slug: "yes"}),
            _sample(True, **{slug: "not_sure"}),
            _sample(False, **{slug: "no"}),
        ],
    }


ROWS: tuple[Row, ...] = (
    _ticked("one_leg", "One leg getting weaker"),
    _ticked("fever", "Fever, chills or very unwell"),
    _ticked("cancer", "Has had cancer"),
    _ticked("weight_loss", "Losing weight without trying"),
    _ticked("night_pain", "Pain worse at night or at rest"),
    _ticked("thin_bones", "Fall with thin bones or steroids"),
    _ticked("weak_immune", "Weak immune system"),
    _ticked("lump", "New lump or change in back shape"),
    _yes_or_not_sure("blood_thinners", "Blood thinner", f"{BOOKING_SOURCE}, ASRA18"),
    _yes_or_not_sure("pregnant", "Could be pregnant"),
    _yes_or_not_sure("infection", "Infection or antibiotics"),
    _yes_or_not_sure("diabetes", "Diabetes", f"{BOOKING_SOURCE}, MEDS"),
    _yes_or_not_sure("reaction", "Reaction to numbing medicine, steroid or dye"),
    _ticked(
        "face_down", "Cannot lie face down", key="help_needs", value="cannot_lie_face_down",
        severity="before_booking", source="Steps of the procedure: CHEN",
    ),
    _ticked(
        "interpreter", "Interpreter", key="help_needs",
        severity="note", source="Free language help: 45 CFR 92", tells="help_language",
        samples=[
            _sample(True, help_needs=["interpreter"], help_language="Vietnamese"),
            _sample(True, help_needs=["interpreter"]),
            _sample(False, help_needs=["large_print"]),
        ],
    ),
)  # fmt: skip


def store(apps: Any) -> None:
    """Each one live in version 1; a rule that is there already stays as it is."""
    Rule, RuleVersion = apps.get_model("requests", "Rule"), apps.get_model("requests", "RuleVersion")
    for row in ROWS:
        rule, is_new = Rule.objects.get_or_create(slug=row["slug"])
        if is_new:
            said = {name: value for name, value in row.items() if name != "slug"}
            version = RuleVersion.objects.create(rule=rule, number=1, **said)
            # A version begins as a draft, also for the database.
            RuleVersion.objects.filter(pk=version.pk).update(state="live", live_at=timezone.now())
