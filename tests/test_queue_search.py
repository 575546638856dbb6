"""Search by beginnings of words: what is found, in which order, and what is said when it is too much."""

import re
from datetime import timedelta
from importlib import import_module
from itertools import product
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests.admin import finding, search
from requests.models import Inquiry
from requests.search_words import asked_words, holds, kept_words, query_of, starts_of
from requests.tokens import fold

from .builders import a_user, an_inquiry

pytestmark = pytest.mark.django_db
QUEUE = "/staff/requests/inquiry/"


@pytest.fixture
def staff(client):
    client.force_login(a_user("Triage nurse"))
    return client


def address_of(client, words):
    return client.post(f"{QUEUE}search/", {"words": words})["Location"]


def searched(client, words, **params):
    return client.get(f"{address_of(client, words)}&{urlencode(params)}").context["listing"]


def found(client, words, **params):
    return [row.inquiry for row in searched(client, words, **params).rows]


@pytest.fixture(params=["a walk through the newest", "the index"])
def by_either_way(request, monkeypatch):
    """The same is found whichever way is taken."""
    if request.param == "the index":
        monkeypatch.setattr(finding, "GLANCE", 1)


@pytest.mark.parametrize(
    "words",
    [
        "n", "nu", "nun", "nunez", "NÚÑ", "jo nu", "nunez jose", "garcia", "lopez", "garcia-l", "pepe", "mar",
        "7k", "7K3-XW9", "7k3xw9", "xw", "0147", "555-0147", "(202) 555-0147", "+1 202 555 0147", "20255501",
        "jose@", "JOSE@EXAMPLE.COM", "0188", "j n", "jo n", "jos nun", "lo ga pe", "g ga", "ga gar", "g ga gar l",
        "m so", "pepe 7", "nun 0147", "7k gar", "x n", "2 1",
    ],
)  # fmt: skip
def test_the_beginning_of_any_word_finds(staff, by_either_way, words):
    wanted = an_inquiry(
        first_name="José", last_name="Núñez García-López", preferred_name="Pepe", contact_name="María Sol",
        contact_phone="+12025550188", email="jose@example.com", reference="7K3-XW9",
    )  # fmt: skip
    an_inquiry(
        first_name="Tom", last_name="Other", phone="+13035550199", phone_as_typed="303-555-0199",
        email="tom@example.com", reference="4HP-QMD",
    )  # fmt: skip

    assert found(staff, words) == [wanted]


@pytest.mark.parametrize(
    "words",
    [
        "unez",
        "jose tom",
        "jo to",
        "j t",
        "jos jox",
        "nu n7",
        "xx",
        "nobody",
        "example.com",
        "0555",
        "%",
        "_unez",
        "*",
        ":*",
        "'",
    ],
)
def test_what_no_word_begins_with_finds_nothing(staff, by_either_way, words):
    an_inquiry(first_name="José", last_name="Núñez", email="jose@example.com", reference="4HP-QMD")

    assert found(staff, words) == []


@pytest.mark.parametrize(
    "name", ["O'Brien", "a\\b", "100%", "under_score", "x:*", "& | !", "<->", "(((", "''"]
)
def test_a_name_of_any_signs_is_found(staff, by_either_way, name):
    wanted = an_inquiry(last_name=name)
    an_inquiry(last_name="Plain")

    assert found(staff, name) == [wanted]


@pytest.mark.parametrize("words", ["d'arcy", "d\u2019arcy", "D\u2019A", "darcy", "arcy", "d arcy", "dar"])
def test_a_name_with_an_apostrophe_is_found_as_anybody_types_it(staff, by_either_way, words):
    wanted = {an_inquiry(last_name=last_name) for last_name in ("D'Arcy", "D\u2019Arcy")}
    an_inquiry(last_name="Dolan")

    assert set(found(staff, words)) == wanted


@pytest.mark.parametrize("apostrophe", "'\u2018\u2019\u02bb\u02bc\u2032\u00b4`")
def test_all_apostrophes_are_one(apostrophe):
    name = f"D{apostrophe}Arcy"

    kept = kept_words(names=[name], reference="", phones=[], email="")

    assert (kept, asked_words(name)) == ("darcy d arcy", ["darcy"])


@pytest.mark.parametrize("hyphen", "-\u2010\u2011\u2013")
def test_all_hyphens_are_one(hyphen):
    name = f"Anne{hyphen}Marie"

    kept = kept_words(names=[name], reference="", phones=[], email="")

    assert (kept, asked_words(name)) == ("annemarie anne marie", ["annemarie"])


@pytest.mark.parametrize("words", ["anne-marie", "annemarie", "marie", "anne-m", "marie anne", "annem"])
def test_a_double_name_is_found_joined_and_in_halves(staff, by_either_way, words):
    wanted = an_inquiry(first_name="Anne-Marie")
    an_inquiry(first_name="Anne")

    assert found(staff, words) == [wanted]


@pytest.mark.parametrize("words", ["o'brien", "obrien", "brien", "smith obr"])
def test_an_apostrophe_in_either_half_is_left_out(staff, words):
    wanted = {an_inquiry(last_name=last_name) for last_name in ("O'Brien-Smith", "Smith-O'Brien")}

    assert set(found(staff, words)) == wanted


@pytest.mark.parametrize("words", ["anna-l", "annal", "anna-lena@my-mail.example"])
def test_an_address_is_found_with_its_signs_and_without(staff, words):
    wanted = an_inquiry(email="anna-lena@my-mail.example")
    an_inquiry(email="o'neil@example.com")

    assert found(staff, words) == [wanted]


@pytest.mark.parametrize(
    "words", ["lu", "lukasz", "zolc", "ŁUK", "żółć", "lukasz zolc", "Łukasz Żółć", "z l"]
)
def test_a_letter_with_a_stroke_is_found_by_the_plain_one(staff, by_either_way, words):
    wanted = an_inquiry(first_name="Łukasz", last_name="Żółć")
    an_inquiry(first_name="Lars", last_name="Other")

    assert found(staff, words) == [wanted]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łukasz ŻÓŁĆ", "lukasz zolc"),
        ("Søren ǾRSTED", "soren orsted"),
        ("Đorđe Ðað", "dorde dad"),
        ("Þór", "thor"),
        ("Ħal ħal Ŧ ŋ", "hal hal t n"),
        ("I\u015f\u0131k İpek", "isik ipek"),
        ("Æsa ǽ Cœur", "aesa ae coeur"),
        ("Groß STRAẞE", "gross strasse"),
        ("D\u2019A d\u02bca \u2018a `a \u2032a \u00b4a", "d'a d'a 'a 'a 'a 'a"),
        ("a\u2010b a\u2011b a\u2013b", "a-b a-b a-b"),
    ],
)
def test_what_unicode_does_not_take_apart_is_folded(text, folded):
    assert fold(text) == folded


def test_the_newest_is_first(staff, by_either_way):
    now = timezone.now()
    older, newer = (an_inquiry(last_name="Zimmer", submitted_at=now - timedelta(days=ago)) for ago in (9, 1))

    assert found(staff, "zim") == [newer, older]


def test_words_of_old_requests_alone_are_found(staff, monkeypatch):
    monkeypatch.setattr(finding, "GLANCE", 2)
    old = an_inquiry(last_name="Zimmer", submitted_at=timezone.now() - timedelta(days=2000), status="closed")
    for _ in range(3):
        an_inquiry(last_name="Other")

    assert found(staff, "zimmer") == [old]


def test_a_filter_counts_before_the_search_is_cut(staff, by_either_way, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 2)
    wanted = an_inquiry(
        last_name="Zimmer", status="in_triage", submitted_at=timezone.now() - timedelta(days=9)
    )
    for _ in range(3):
        an_inquiry(last_name="Zimmer")

    assert found(staff, "zimmer", status="in_triage") == [wanted]


def test_too_many_are_said_to_be_more(staff, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 2)
    now = timezone.now()
    made = [an_inquiry(last_name="Zimmer", submitted_at=now - timedelta(days=ago)) for ago in range(4)]

    page = staff.get(address_of(staff, "zimmer"))

    listing = page.context["listing"]
    assert ([row.inquiry for row in listing.rows], listing.about, listing.is_cut) == (
        made[:2], "more than 2", True,
    )  # fmt: skip
    assert page.content.decode().count("older ones may fit as well.") == 1


def test_all_that_fit_are_counted(staff):
    for _ in range(3):
        an_inquiry(last_name="Zimmer")

    listing = searched(staff, "zimmer")

    assert (listing.about, listing.is_cut) == ("3", False)


def test_common_words_never_ask_the_index(staff, monkeypatch):
    """An index would give too many to sort; the newest that fit are all that anybody reads."""
    monkeypatch.setattr(finding, "GLANCE", 2)
    monkeypatch.setattr(finding, "NEWEST", 3)
    monkeypatch.setattr(finding, "COMMON", 2)
    for _ in range(5):
        an_inquiry(last_name="Zimmer")
    connection.cursor().execute("ANALYZE requests_inquiry")

    address = address_of(staff, "zimmer")
    with CaptureQueriesContext(connection) as captured:
        listing = staff.get(address).context["listing"]

    assert (len(listing.rows), listing.about, listing.is_cut) == (3, "3 of the newest 3", True)
    assert [query["sql"] for query in captured if "@@" in query["sql"] or "@>" in query["sql"]] == []


def test_a_changed_name_is_found_by_the_new_one(staff):
    inquiry = an_inquiry(last_name="Zimmer")
    inquiry.last_name = "Newname"
    inquiry.save()

    assert (found(staff, "zimmer"), found(staff, "newn")) == ([], [inquiry])


@pytest.mark.parametrize(("sign", "asked"), [("Ǟ", "ǟǟ"), ("㌖", "キロ")])
def test_the_longest_names_are_kept_and_found(staff, sign, asked):
    """One sign may become six letters, and no index takes 128 such signs in one word."""
    longest = {name: sign * 128 for name in ("first_name", "last_name", "preferred_name", "contact_name")}
    inquiry = an_inquiry(**longest, email=f"{'a' * 64}@{'b' * 60}.{'c' * 60}.com")

    assert found(staff, asked) == [inquiry]


def test_every_word_is_kept_once():
    words = kept_words(names=["Ana", "Ana María", "", "  "], reference="7K3-XW9", phones=["", "12"], email="")

    assert words == "ana maria 7k3xw9 7k3 xw9 12"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("O'Brien", ["obrien", "o", "brien"]),
        ("García-López", ["garcialopez", "garcia", "lopez"]),
        ("O\u2019Brien-Smith", ["obriensmith", "obrien", "smith", "o", "brien"]),
        ("'Amara", ["amara"]),
        ("''", ["''"]),
    ],
)
def test_a_name_is_kept_joined_and_in_pieces(name, words):
    assert kept_words(names=[name], reference="", phones=[], email="").split() == words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("  José  NÚÑEZ ", ["jose", "nunez"]),
        ("(202) 555-0147", ["2025550147"]),
        ("+1 202 555 0147", ["12025550147"]),
        ("() - () -", []),
        ("0147", ["0147"]),
        ("", []),
    ],
)
def test_words_are_asked_for_as_they_are_kept(asked, words):
    assert asked_words(asked) == words


def test_signs_alone_that_look_like_a_number_find_nothing(staff):
    an_inquiry()

    assert found(staff, "(--) (--)") == []


def test_the_index_answers_without_reading_all(staff):
    an_inquiry(last_name="Zimmer")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Inquiry.objects.filter(holds(query_of(["zim"]))).explain()

    assert "inquiry_search" in plan


@pytest.mark.parametrize(
    "words",
    ["ana ann", "a", "jose nunez 7k3-xw9 7k3 xw9", "ǟb ǟ éa", "o'brien (((", "x1 1x 11 1", "%a _b \\\\c"],
)
def test_two_beginnings_always_have_their_starts(words):
    """What the index keeps and what is asked of it are written twice: in SQL and in Python."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT starts_of_words(%s)", [words])
        kept = set(cursor.fetchone()[0])
    split = words.split()
    beginnings = [
        [one[:ends], other[:ends_there]]
        for one, other in product(split, split)
        for ends, ends_there in product(range(1, len(one) + 1), range(1, len(other) + 1))
    ]

    assert [asked for asked in beginnings if not kept.issuperset(starts_of(asked))] == []


def test_two_short_beginnings_ask_their_own_index(staff, monkeypatch):
    monkeypatch.setattr(finding, "GLANCE", 1)
    wanted = an_inquiry(first_name="Maren", last_name="Alback")
    an_inquiry(first_name="Maren", last_name="Other")
    an_inquiry()

    address = address_of(staff, "ma al")
    with CaptureQueriesContext(connection) as captured:
        rows = staff.get(address).context["listing"].rows

    assert [row.inquiry for row in rows] == [wanted]
    assert [query["sql"] for query in captured if "'al ma'" in query["sql"]] != []


@pytest.mark.parametrize("wants", ["'any'", "any", "\0", "%s", "$1"])
def test_a_choice_of_any_signs_is_no_part_of_the_search(staff, by_either_way, wants):
    wanted = an_inquiry(last_name="Zimmer", topic=wants.replace("\0", "") or "Not sure")
    an_inquiry(last_name="Zimmer", topic="Other")

    assert wanted in found(staff, "zim", wants=wants)


def test_each_tab_goes_on_with_its_own_search(staff):
    kofi, omar = an_inquiry(first_name="Kofi"), an_inquiry(first_name="Omar")
    first, second = address_of(staff, "kofi"), address_of(staff, "omar")
    staff.post(f"{QUEUE}search/", {"search": second.rpartition("=")[2]})

    listing = staff.get(first).context["listing"]
    beside = staff.get(f"{QUEUE}{kofi.pk}/{first.removeprefix(QUEUE)}").context["listing"]
    file = staff.post(f"{QUEUE}export/{first.removeprefix(QUEUE)}").content.decode()

    assert ([row.inquiry for row in listing.rows], listing.asked) == ([kofi], "kofi")
    assert [row.inquiry for row in beside.rows] == [kofi]
    assert (kofi.reference in file, omar.reference in file) == (True, False)


@pytest.mark.parametrize("gone", ["cleared", "made up"])
def test_a_search_that_is_over_finds_nobody(staff, gone):
    inquiry = an_inquiry(first_name="Kofi")
    address = address_of(staff, "kofi")
    if gone == "cleared":
        staff.post(f"{QUEUE}search/", {"search": address.rpartition("=")[2]})
    else:
        address = f"{QUEUE}?view=search&search=made-up"

    page = staff.get(address)
    file = staff.post(f"{QUEUE}export/{address.removeprefix(QUEUE)}").content.decode()
    printed = staff.get(f"{QUEUE}print/{address.removeprefix(QUEUE)}").content.decode()

    assert (page.context["listing"].rows, page.content.decode().count("This search is over.")) == ([], 1)
    assert (inquiry.reference in file, inquiry.reference in printed) == (False, False)


def test_only_the_latest_searches_are_kept(staff):
    for number in range(search.MOST_KEPT + 5):
        address_of(staff, f"word {number}")

    assert list(staff.session[search.KEPT].values()) == [f"word {number}" for number in range(5, 25)]


def test_a_filter_keeps_the_search_of_its_tab(staff):
    wanted = an_inquiry(last_name="Zimmer", status="in_triage")
    an_inquiry(last_name="Zimmer")
    address = address_of(staff, "zimmer")
    address_of(staff, "other")

    page = staff.get(address).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(view|search)" value="([^"]*)">', page))

    assert f"{QUEUE}?{urlencode(fields)}" == address
    rows = staff.get(QUEUE, fields | {"status": "in_triage"}).context["listing"].rows
    assert [row.inquiry for row in rows] == [wanted]


fold_more_letters = import_module("requests.migrations.0028_fold_more_letters")
OLD_WORDS = {
    "D\u2019Arcy": "d\u2019arcy d arcy",
    "D\u00b4Arcy": "d arcy",
    "Żółć": "zołc",
    "Ǿrsted": "ørsted",
    "García-López": "garcia-lopez garcia lopez",
}


def with_old_words(last_name, words):
    inquiry = an_inquiry(first_name="", last_name=last_name)
    old = f"{words} {inquiry.reference.lower()} 0147"
    Inquiry.objects.filter(pk=inquiry.pk).update(search_text=old)
    return inquiry


@pytest.mark.parametrize(("last_name", "words"), OLD_WORDS.items())
def test_rows_of_before_get_the_words_of_today(last_name, words):
    inquiry = with_old_words(last_name, words)

    fold_more_letters.fold_again(apps, None)

    inquiry.refresh_from_db()
    assert inquiry.search_text == inquiry.findable()


def test_rows_of_before_in_several_batches(staff, monkeypatch):
    monkeypatch.setattr(fold_more_letters, "BATCH", 2)
    made = {with_old_words(*old) for old in OLD_WORDS.items() for _ in range(2)}

    fold_more_letters.fold_again(apps, None)

    assert [row.search_text == row.findable() for row in Inquiry.objects.all()] == [True] * len(made)


@pytest.mark.parametrize("last_name", ["Example", "Núñez", "Groß", "Van der Berg"])
def test_rows_that_stay_as_they_are_are_not_written(last_name):
    with_old_words(last_name, fold(last_name))

    with CaptureQueriesContext(connection) as captured:
        fold_more_letters.fold_again(apps, None)

    assert [query["sql"] for query in captured if "UPDATE" in query["sql"]] == []


def test_a_second_run_finds_nothing_to_do():
    with_old_words("D\u2019Arcy", "d\u2019arcy d arcy")
    fold_more_letters.fold_again(apps, None)

    with CaptureQueriesContext(connection) as captured:
        fold_more_letters.fold_again(apps, None)

    assert [query["sql"] for query in captured if "UPDATE" in query["sql"]] == []


def test_any_sign_that_is_folded_otherwise_now_is_found_in_rows_of_before():
    for sign in "-'`\u2018\u2019\u02bb\u02bc\u2032\u2010\u2013łøđðħŧ\u0131ŋæœþ":
        with_old_words(f"X{sign}Y", f"x{sign}y")

    fold_more_letters.fold_again(apps, None)

    left = [row.last_name for row in Inquiry.objects.all() if row.search_text != row.findable()]
    assert left == []
