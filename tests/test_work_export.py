"""A list as a file: what the screen shows, nothing about health, no formula, on record."""

import csv
import io
from datetime import timedelta

import pytest

from clinic.calendar import local_today
from requests import exports
from requests.models import AccessLog

from .builders import a_role, a_user, an_inquiry
from .hostile import FORMULAS, NAUGHTY
from .work import BULK, EXPORT

pytestmark = pytest.mark.django_db
HEALTH = {
    "flags": [("urgent", "fever", "Fever, chills or very unwell", "Ticked")],
    "answers": {"anything_else": "CNRY-health"},
    "topic": "Cluneal nerve block",
}


@pytest.fixture
def nurse():
    return a_user("Triage nurse")


def rows(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_page_on_the_screen(staff, nurse):
    mine = an_inquiry(assignee=nurse, answer_by=local_today() + timedelta(days=-2), urgency=1)
    an_inquiry()

    response = staff.post(f"{EXPORT}?view=mine")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="requests-')
    heads, only = rows(response)
    found = dict(zip(heads, only, strict=True))
    assert (found["Reference"], found["Name"], found["Urgent"]) == (mine.reference, "Rosa Example", "Yes")
    assert (found["Answer by"], found["Status"]) == ("Late by 2 days", "New")
    assert found["Assignee"] == str(nurse)


def test_the_picks_in_their_order(staff):
    first, second, third = (an_inquiry() for _ in range(3))

    found = rows(staff.post(EXPORT, {"pick": [str(third.pk), str(first.pk)]}))

    assert [row[0] for row in found] == ["Reference", third.reference, first.reference]
    assert second.reference not in str(found)


def test_nothing_about_health_leaves_by_default(staff):
    inquiry = an_inquiry(**HEALTH)

    text = staff.post(EXPORT, {"pick": [str(inquiry.pk)]}).content.decode()

    assert [word for word in ("nerve", "Fever", "CNRY", "Ticked") if word in text] == []


def test_a_clinical_role_may_ask_for_what_and_flags_and_that_is_on_record(staff):
    inquiry = an_inquiry(**HEALTH)

    heads, row = rows(staff.post(EXPORT, {"pick": [str(inquiry.pk)], "with_health": "on"}))

    found = dict(zip(heads, row, strict=True))
    assert (found["Wants"], found["Flags"]) == ("Cluneal nerve block", "Fever, chills or very unwell")
    assert "CNRY" not in str(row)
    assert [log.what for log in AccessLog.objects.all()] == ["export health"]


def test_a_manager_gets_none_however_the_form_is_sent(client):
    client.force_login(a_user("Manager"))
    inquiry = an_inquiry(**HEALTH)

    page = client.get(BULK, {"do": "export", "pick": [str(inquiry.pk)]})
    text = client.post(EXPORT, {"pick": [str(inquiry.pk)], "with_health": "on"}).content.decode()

    assert "with_health" not in page.context["form"].fields
    assert [word for word in ("nerve", "Fever", "CNRY") if word in text] == []


def test_who_took_which_is_on_record(staff, nurse):
    inquiries = [an_inquiry() for _ in range(2)]

    staff.post(EXPORT, {"pick": [str(inquiry.pk) for inquiry in inquiries]})

    log = AccessLog.objects.get()
    assert (log.by, log.what, log.shown) == (nurse, "export", 2)
    assert set(log.listed) == {inquiry.pk for inquiry in inquiries}


@pytest.mark.parametrize("role", ["Reception", "Clinician", "Editor", None])
def test_others_take_no_file(client, role):
    client.force_login(a_user(role))
    inquiry = an_inquiry()

    assert client.post(EXPORT, {"pick": [str(inquiry.pk)]}).status_code == 403
    assert AccessLog.objects.count() == 0


def test_looking_takes_no_file(staff):
    assert staff.get(EXPORT).status_code == 405


def test_the_confirm_page_lists_them_and_leads_to_the_file(staff):
    inquiry = an_inquiry()

    page = staff.get(BULK, {"do": "export", "pick": [str(inquiry.pk)], "view": "mine"}).content.decode()

    assert f'action="{EXPORT}?view=mine"' in page
    assert f'name="pick" value="{inquiry.pk}"' in page


@pytest.mark.parametrize("pick", [["x"], ["' OR 1=1"], [""]])
def test_picks_that_mean_nothing_give_the_page(staff, pick):
    inquiry = an_inquiry()

    assert [row[0] for row in rows(staff.post(EXPORT, {"pick": pick}))] == ["Reference", inquiry.reference]


def test_at_most_a_hundred_at_once(staff):
    inquiries = [an_inquiry() for _ in range(3)]
    picks = [str(inquiry.pk) for inquiry in inquiries]

    assert len(rows(staff.post(EXPORT, {"pick": picks * 60}))) == 4


# Formulas


@pytest.mark.parametrize("cell", [*FORMULAS, "\0=1", "\0Rosa", "\tRosa", "\rRosa", " \nRosa"])
def test_no_cell_is_a_formula(cell):
    assert exports.harmless(cell).startswith("'")


@pytest.mark.parametrize(
    "cell",
    [
        "Rosa Example",
        "O'Neil",
        "a=b",
        "1-2",
        "",
        "Zoë",
        "田中さん",
        "2026-11-23",
        "שלום",
        '"Rosa"',
        "(=1)",
        "½",
        " Rosa",
    ],
)
def test_other_words_stay_as_they_are(cell):
    assert exports.harmless(cell) == cell.strip()


def test_names_that_are_formulas_are_harmless_in_the_file(staff):
    inquiry = an_inquiry(first_name='=HYPERLINK("https://evil.example","x")', last_name="\uff1d1")

    _heads, row = rows(staff.post(EXPORT, {"pick": [str(inquiry.pk)]}))

    assert row[1] == '\'=HYPERLINK("https://evil.example","x") \uff1d1'


def named(payload, nurse):
    return an_inquiry(first_name=payload, last_name="", assignee=nurse)


def surnamed(payload, nurse):
    return an_inquiry(first_name="", last_name=payload)


def wanted(payload, nurse):
    return an_inquiry(topic=payload)


def flagged(payload, nurse):
    return an_inquiry(flags=[("urgent", "fever", payload, "Ticked")])


def had_by(payload, nurse):
    return an_inquiry(assignee=a_user("Clinician", first_name=payload, last_name=""))


@pytest.mark.parametrize(
    ("column", "made"),
    [("Name", named), ("Name", surnamed), ("Wants", wanted), ("Flags", flagged), ("Assignee", had_by)],
)
def test_nothing_that_somebody_typed_is_a_formula_in_the_file(staff, nurse, column, made):
    picks = [str(made(payload, nurse).pk) for payload in FORMULAS]

    response = staff.post(EXPORT, {"pick": picks, "with_health": "on"})

    heads, *found = rows(response)
    assert [row[heads.index(column)][:1] for row in found] == ["'"] * len(FORMULAS)
    assert exports.BYTE_ORDER_MARK + written(heads, *found) == response.content.decode()


def written(*rows):
    """The same rows as another program writes them after it has read them (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


def test_no_name_of_a_column_is_a_formula():
    body = exports.as_csv(FORMULAS, [])

    (heads,) = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert [head[:1] for head in heads] == ["'"] * len(FORMULAS)


def test_a_role_that_is_named_like_a_formula_is_none(staff, nurse):
    role = a_role("Reception")
    role.name = "=1+1"
    role.save()

    heads, row = rows(staff.post(EXPORT, {"pick": [str(an_inquiry(role=role).pk)]}))

    assert row[heads.index("Assignee")] == "the role =1+1"


def test_naughty_cells_come_back_as_one_cell_each():
    cells = [text for text in NAUGHTY if not any("\ud800" <= c <= "\udfff" for c in text)]

    body = exports.as_csv(["Cell"], [[cell] for cell in cells])

    found = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert [len(row) for row in found] == [1] * (len(cells) + 1)
    assert [row for row in found[1:] if exports.is_calculated(row[0]) and row[0][0] != "'"] == []


def test_the_file_says_that_it_is_utf_8():
    assert exports.as_csv(["Name"], [["Zoë"]]) == b'\xef\xbb\xbf"Name"\r\n"Zo\xc3\xab"\r\n'


def test_the_file_asks_as_often_for_one_as_for_three(staff, django_assert_num_queries):
    picks = [str(an_inquiry().pk) for _ in range(3)]
    staff.post(EXPORT, {"pick": picks})
    for number in (1, 3):
        with django_assert_num_queries(8):
            staff.post(EXPORT, {"pick": picks[:number]})
