"""The edit screen: saving, checks beside the text, rows that come and go."""

import pytest

from procedures import page
from procedures.models import Edition, Explainer, Section
from tests import desk, pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


@pytest.fixture
def editor():
    return desk.signed_in("Editor", first_name="Ada", last_name="Sample")[0]


def body_of(data, slot):
    return desk.row_of(data, "sections", "slot", slot) + "-body"


def test_saving_at_once_changes_nothing(editor, explainer):
    before = page.own(explainer)

    response = editor.post(desk.url(explainer), desk.opened(editor, explainer))

    assert response.status_code == 302
    assert page.own(Explainer.objects.get()) == before


def test_saving_keeps_the_editor_on_the_page_and_readers_see_nothing(editor, explainer):
    data = desk.opened(editor, explainer)
    data |= {"lead": "New main message [@ONE20].", "at": "sections-3"}

    response = editor.post(desk.url(explainer), data)

    assert response.headers["Location"] == desk.url(explainer) + "?open=sections-3#sections-3"
    assert desk.said(response) == ["Saved. Readers see no change until you publish it."]
    assert Explainer.objects.get().lead == "New main message [@ONE20]."
    assert "New main message" in editor.get(desk.url(explainer)).content.decode()
    assert "New main message" not in editor.get(explainer.get_absolute_url()).content.decode()
    assert Edition.objects.count() == 1


@pytest.mark.parametrize("at", ["//evil.example", "sections-1\r\nX: y", "javascript:alert(1)"])
def test_the_way_back_is_a_part_of_the_page(editor, explainer, at):
    response = editor.post(desk.url(explainer), desk.opened(editor, explainer) | {"at": at})

    assert response.headers["Location"] == desk.url(explainer)


def test_what_stops_it_stands_beside_its_text(editor, explainer):
    data = desk.opened(editor, explainer)
    field = body_of(data, "cost")
    editor.post(desk.url(explainer), data | {field: "It is safe. {.own}"})

    response = editor.get(desk.url(explainer))

    ((failure, address),) = response.context["failures"]
    sections = next(part for part in response.context["parts"] if part.name == "sections")
    beside = {row.part: row.failures for row in sections.rows if row.failures}
    assert address == f"{desk.url(explainer)}#id_{field}"
    assert beside == {field.removesuffix("-body"): [failure]}
    assert f'id="id_{field}"' in response.content.decode()


def test_the_draft_stands_beside_its_text(editor, explainer):
    response = editor.get(desk.url(explainer))

    sections = next(part for part in response.context["parts"] if part.name == "sections")
    assert 'aria-label="Reference 1">[1]</a>' in sections.rows[0].preview
    assert "The draft passes all checks." in response.content.decode()


def test_marks_that_lead_nowhere_are_named_where_they_stand(editor, explainer):
    data = desk.opened(editor, explainer)
    data[body_of(data, "cost")] = (
        "Ask [@NOBODY].\n\n::figure nowhere\n\n::nonsense\n\n{finding:none} people.\n\n::care nobody"
    )
    assert editor.post(desk.url(explainer), data).status_code == 302

    shown = editor.get(desk.url(explainer)).content.decode()
    preview = editor.get(desk.url(explainer, "preview")).content.decode()

    for words in (
        "There is no source NOBODY",
        "Nothing is known by the line ::figure nowhere",
        "Nothing is known by the line ::nonsense",
        "There is no finding none",
        "Nothing is known by the line ::care nobody",
    ):
        assert words in shown
        assert words in preview


def test_lines_of_browsers_are_lines_of_markdown(editor, explainer):
    data = desk.opened(editor, explainer)
    data[body_of(data, "cost")] = "One [@TWO].\r\n\r\nTwo [@TWO]."
    editor.post(desk.url(explainer), data)

    assert Section.objects.get(slot="cost").body == "One [@TWO].\n\nTwo [@TWO]."


def test_a_row_is_added_and_stands_where_it_belongs(editor, explainer):
    data = desk.opened(editor, explainer)
    count = int(data["sections-TOTAL_FORMS"])
    data |= {
        f"sections-{count - 1}-slot": "test-or-treatment",
        f"sections-{count - 1}-heading": "It is a test",
        f"sections-{count - 1}-body": "It shows which nerve hurts [@ONE20].",
    }
    response = editor.post(desk.url(explainer), data)

    slots = list(Section.objects.values_list("slot", flat=True))
    assert response.status_code == 302
    assert slots.index("test-or-treatment") == slots.index("anatomy") + 1


@pytest.mark.parametrize(("place", "becomes"), [("1", 0), ("4", 3), ("99", 12)])
def test_a_row_stands_exactly_at_the_place_it_was_given(editor, explainer, place, becomes):
    data = desk.opened(editor, explainer)
    data[desk.row_of(data, "sections", "slot", "how-well") + "-ORDER"] = place
    editor.post(desk.url(explainer), data)

    assert list(Section.objects.values_list("slot", flat=True)).index("how-well") == becomes


def test_a_row_is_taken_away(editor, explainer):
    data = desk.opened(editor, explainer)
    data[desk.row_of(data, "sections", "slot", "anatomy") + "-DELETE"] = "on"
    editor.post(desk.url(explainer), data)

    assert not Section.objects.filter(slot="anatomy").exists()
    assert Section.objects.count() == 12


def test_evidence_is_changed_with_its_sources(editor, explainer):
    data = desk.opened(editor, explainer)
    half = desk.row_of(data, "findings", "key", "half")
    score = desk.row_of(data, "findings", "key", "score")
    data |= {f"{half}-numerator": "61", f"{half}-sources": "TWO, ONE20", f"{score}-after": "40"}
    editor.post(desk.url(explainer), data)

    words = page.own(Explainer.objects.get())
    assert [(row.number, row.references) for row in words.findings] == [
        ("61 out of 100", ("ONE20", "TWO")),
        ("from 70 to 40", ("ONE20",)),
    ]


@pytest.mark.parametrize(
    ("table", "key", "changes", "problem"),
    [
        ("findings", "half", {"denominator": "50"}, "The second number must be at least as large as the first"),
        ("findings", "half", {"denominator": ""}, "Give either so many people out of so many, or a mean score before and after: one pair."),
        ("findings", "score", {"scale": ""}, "Say what the two ends of a mean score mean, and only then"),
        ("findings", "half", {"numerator": "many"}, "Use digits, like 12"),
        ("findings", "half", {"sources": "GONE99"}, "There is no source GONE99. Add it to the sources first."),
        ("findings", "half", {"sources": ""}, "Enter the key of at least one source"),
        ("findings", "half", {"key": "not a key"}, "Use letters, digits and the underscore, like KUN14."),
        ("findings", "half", {"key": "score"}, "This stands twice; each may stand once"),
        ("risks", "bruise", {"denominator": ""}, "Fill in both numbers or none"),
        ("risks", "bruise", {"name": ""}, "Fill this in"),
        ("risks", "bruise", {"name": "b" * 81}, "Make this shorter: at most 80 characters"),
        ("risks", "bruise", {"ORDER": "first"}, "Use digits, like 2"),
    ],
)  # fmt: skip
def test_a_row_with_a_fault_is_refused_with_all_that_was_typed(
    editor, explainer, table, key, changes, problem
):
    before = page.own(explainer)
    data = desk.opened(editor, explainer)
    row = desk.row_of(data, table, "key", key)
    data |= {f"{row}-{name}": value for name, value in changes.items()} | {"lead": "Typed words [@TWO]."}

    response = editor.post(desk.url(explainer), data)

    assert response.status_code == 422
    assert problem in [found["text"].partition(": ")[2] for found in response.context["problems"]]
    assert "Typed words [@TWO]." in response.content.decode()
    assert page.own(Explainer.objects.get()) == before


@pytest.mark.parametrize("name", ["plain_name", "lead", "first_published_on"])
def test_names_may_not_be_empty(editor, explainer, name):
    response = editor.post(desk.url(explainer), desk.opened(editor, explainer) | {name: ""})

    assert response.status_code == 422
    assert [found["id"] for found in response.context["problems"]] == [f"id_{name}"]


@pytest.mark.parametrize(
    "changes",
    [
        {"sections-TOTAL_FORMS": "9999999"},
        {"sections-TOTAL_FORMS": "none"},
        {"sections-0-slot": "nowhere\0"},
        {"sections-0-slot": "../../etc"},
        {"findings-0-numerator": "99999999999999999999"},
        {"findings-1-before": "1e99"},
        {"first_published_on": "0000-00-00"},
        {"related": ["nobody"]},
    ],
)
def test_hostile_input_is_refused(editor, explainer, changes):
    Explainer.objects.create(slug="other", kind="procedure", plain_name="Other", medical_name="Other")
    before = page.own(explainer)

    response = editor.post(desk.url(explainer), desk.opened(editor, explainer) | changes)

    assert response.status_code == 422
    assert page.own(Explainer.objects.get(pk=explainer.pk)) == before


@pytest.mark.parametrize("shown", ["", "rubbish", "a:b:c", "\0"])
def test_a_form_that_cannot_say_what_it_showed_still_saves(editor, explainer, shown):
    data = desk.opened(editor, explainer) | {"shown": shown, "lead": "New [@TWO]."}

    assert editor.post(desk.url(explainer), data).status_code == 302
    assert Explainer.objects.get().lead == "New [@TWO]."


NEW = {
    "kind": "condition", "slug": "sore-knee", "plain_name": "A sore knee", "medical_name": "Gonalgia",
    "description": "What it is.", "lead": "It hurts. {.own}", "author": "The team",
}  # fmt: skip


def test_a_new_page_takes_no_address_of_another_page(editor):
    response = editor.post("/staff/procedures/explainer/add/", NEW | {"slug": "how-they-differ"})

    assert response.context["adminform"].form.errors == {
        "slug": ["The site has another page at the address how-they-differ. Choose a different slug."]
    }
    assert not Explainer.objects.exists()


def test_a_new_page_without_kind_or_slug_is_sent_back(editor):
    response = editor.post("/staff/procedures/explainer/add/", NEW | {"kind": "blog", "slug": "a b"})

    assert set(response.context["adminform"].form.errors) == {"kind", "slug"}


def test_a_new_page_begins_with_its_sections(editor):
    response = editor.post("/staff/procedures/explainer/add/", NEW)

    explainer = Explainer.objects.get()
    assert response.headers["Location"] == desk.url(explainer)
    assert explainer.sections.first().slot == "what-it-is"
    assert explainer.sections.count() == 9
    assert editor.get(desk.url(explainer)).status_code == 200
    assert editor.get(desk.url(explainer, "preview")).status_code == 200
    assert editor.get(explainer.get_absolute_url()).status_code == 404
    assert editor.post(desk.url(explainer), desk.opened(editor, explainer)).status_code == 302


def test_a_row_has_the_title_of_its_own_table(editor, explainer):
    """Some risks have the name of a section."""
    explainer.risks.filter(key="bruise").update(key="symptoms")

    parts = {part.name: part for part in editor.get(desk.url(explainer)).context["parts"]}

    assert [row.title for row in parts["risks"].rows] == ["symptoms", "infection", "no_relief", "faint"]
    assert parts["sections"].rows[0].title == "Who it is for"


def test_a_page_without_anything_can_be_opened_and_saved(editor):
    explainer = Explainer.objects.create(
        slug="empty", kind="procedure", plain_name="Empty", medical_name="Empty"
    )

    assert editor.get(desk.url(explainer)).status_code == 200
    assert editor.get(desk.url(explainer, "preview")).status_code == 200
    assert editor.get(desk.url(explainer, "differences")).status_code == 404
    assert editor.get(desk.url(explainer, "publish")).status_code == 200


def test_a_clinician_reads_the_page_and_cannot_change_it(explainer):
    client, _ = desk.signed_in("Clinician")
    before = page.own(explainer)

    response = client.get(desk.url(explainer))

    assert response.status_code == 200
    assert "<textarea" not in response.content.decode()
    assert client.post(desk.url(explainer), {"lead": "Mine"}).status_code == 403
    assert page.own(Explainer.objects.get()) == before


@pytest.mark.parametrize("role", desk.OTHERS)
@pytest.mark.parametrize(
    "verb",
    ["change", "publish", "schedule", "take-back", "problems", "withdraw", "bring-back", "preview", "screens", "differences"],
)  # fmt: skip
def test_who_has_no_business_with_pages_sees_none(explainer, role, verb):
    client, _ = desk.signed_in(role)

    assert client.get(desk.url(explainer, verb)).status_code == 403
    assert client.post(desk.url(explainer, verb)).status_code == 403


@pytest.mark.parametrize("verb", ["publish", "schedule", "take-back", "problems", "withdraw", "bring-back"])
def test_a_clinician_publishes_nothing(explainer, verb):
    client, _ = desk.signed_in("Clinician")

    assert client.get(desk.url(explainer, verb)).status_code == 403
    assert client.post(desk.url(explainer, verb), {"change_note": "Mine."}).status_code == 403
