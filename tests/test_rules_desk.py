"""The desk on which clinicians write rules, try them, put them live and retire them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from requests import actions
from requests.models import Flag, Rule, RuleVersion
from requests.rules import first

from .builders import a_safety_text, a_user, an_inquiry
from .intake import complete_draft
from .rules import LUMBAR_SAMPLES, a_clinician, a_draft, a_live_rule, first_rules, posted, text
from .work import told

pytestmark = pytest.mark.django_db
RULES = "/staff/requests/rules/"
NEW = f"{RULES}new-rule/"
WRITE = f"{RULES}diabetes/write/"


@pytest.fixture(autouse=True)
def migrated_rules(db):
    """They are gone after a test that really commits."""
    first_rules()


@pytest.fixture(autouse=True)
def shown_signs():
    return a_safety_text()


@pytest.fixture
def clinician():
    return a_clinician()


@pytest.fixture
def client(clinician):
    client = Client()
    client.force_login(clinician)
    return client


def signed_in(role):
    client = Client()
    client.force_login(a_user(role))
    return client


def newest(slug="diabetes"):
    return RuleVersion.objects.filter(rule__slug=slug).order_by("-number")[0]


def press(client, page, address, do, **changes):
    return client.post(address, posted(page, **changes) | {"do": do})


def problems(response):
    return [link["text"] for link in response.context["problems"]]


# Reading


def test_the_list_says_how_grave_which_version_and_how_often(client, clinician):
    an_inquiry(
        flags=[("urgent", "fever", "Fever", "Ticked"), ("note", "interpreter", "Interpreter", "Ticked")]
    )
    an_inquiry(flags=[("urgent", "fever", "Fever", "Ticked")])
    Flag.objects.filter(rule="interpreter").update(raised_at="2020-01-01T00:00Z")
    a_draft("fever", clinician, words="Fever, new", severity="urgent")

    page = client.get(RULES)

    rows = {row.rule.slug: row for row in page.context["rows"]}
    assert (rows["fever"].raised, rows["interpreter"].raised) == (2, 0)
    assert [tag.words for tag in rows["fever"].tags] == ["Live", "Version 2 is a draft"]
    assert rows["fever"].shown.words == "Fever, chills or very unwell"
    assert "Fever, chills or very unwell Call today 1 Live Version 2 is a draft 2" in text(page)
    assert len(rows) == len(first.ROWS)


def test_the_list_asks_the_database_as_often_for_1_rule_as_for_3(client, clinician):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(RULES).status_code == 200
        return len(captured)

    queries()
    before = queries()
    for words in ("One", "Two", "Three"):
        a_live_rule(clinician, words=words)
        a_draft(words.lower(), clinician, words=f"{words} again")

    assert queries() == before


def test_a_rule_that_cannot_be_raised_says_so_in_the_list(client):
    rule = Rule.objects.create(slug="old")
    row = RuleVersion.objects.create(
        rule=rule, number=1, severity="note", words="Shoes", source="x",
        condition={"key": "shoe_size", "is": "not_empty"},
    )  # fmt: skip
    RuleVersion.objects.filter(pk=row.pk).update(state="live", live_at=row.written_at)

    assert "Shoes The form has no question “shoe_size”. Note 1 Live Cannot be raised" in text(
        client.get(RULES)
    )
    for address in ("", "1/", "1/replay/", "1/retire/", "write/"):
        assert client.get(f"{RULES}old/{address}").status_code == 200
    assert "The form has no question “shoe_size” any more." in text(client.get(f"{RULES}old/write/"))


def test_retired_rules_stand_apart(client, clinician):
    client.post(f"{RULES}fever/1/retire/")

    page = client.get(RULES)

    assert [row.rule.slug for row in page.context["retired"]] == ["fever"]
    assert "fever" not in [row.rule.slug for row in page.context["rows"]]


def test_the_page_of_a_rule_shows_its_history(client, clinician):
    draft = a_draft("diabetes", clinician, words="Diabetes, new", why="Ask again")
    client.post(f"{RULES}diabetes/2/live/", {"seen": "1"})

    page = client.get(f"{RULES}diabetes/")

    assert [(each.number, tag.words) for each, tag, _raised in page.context["versions"]] == [
        (2, "Live"), (1, "Retired"),
    ]  # fmt: skip
    words = text(page)
    assert "Version 2 Live Ask again" in words
    assert str(draft.written_by) in words
    assert "Came with the software" in words


def test_a_version_shows_its_samples_and_what_differs(client, clinician):
    a_draft(
        "diabetes", clinician, words="Sugar", samples=[{"answers": {"pain_areas": ["groin"]}, "raises": True}]
    )

    page = client.get(f"{RULES}diabetes/2/")

    words = text(page)
    assert "Where the pain is: Groin raised Wrong not raised" in words
    assert "It cannot go live: its samples do not pass." in words
    assert [part.title for part in page.context["comparison"].differences] == [
        "Raised when", "How grave it is", "Words on the flag", "Also shown", "Source",
    ]  # fmt: skip
    assert f"{RULES}diabetes/2/live/" not in page.content.decode()


@pytest.mark.parametrize("address", ["nothing/", "fever/2/", "fever/0/", "nothing/write/", "fever/9/replay/", "fever/9/live/"])  # fmt: skip
def test_what_is_not_there_is_a_404(client, address):
    assert client.get(RULES + address).status_code == 404


# Writing without JavaScript


def test_a_rule_is_written_line_by_line_and_saved_as_a_draft(client, clinician):
    page = client.get(NEW)
    page = press(client, page, NEW, "add-0", p0_add="urgent")
    page = press(client, page, NEW, "add-0", p0_l0_values=["fever", "lump"], p0_add="peg_pain")
    page = press(client, page, NEW, "part", p0_l1_test="at_least", p0_l1_number="8", p0_join="all")
    page = press(client, page, NEW, "add-1", p1_add="diabetes")
    sample = {
        "s0_urgent": ["lump"],
        "s0_peg_pain": "9",
        "s0_raises": "yes",
        "s1_diabetes": "no",
        "s1_raises": "no",
    }
    page = press(client, page, NEW, "try", join="any", p1_l0_values=["yes", "not_sure"], **sample)
    assert text(page).count("Right") == 2

    saved = press(
        client, page, NEW, "save",
        words="Sugar or strong pain", severity="urgent", source="Team of May 3", why="Asked for", tells="diabetes_details",
    )  # fmt: skip

    version = newest("sugar_strong_pain")
    assert saved.headers["Location"] == f"{RULES}sugar_strong_pain/1/"
    assert version.condition == {
        "any": [
            {"all": [
                {"key": "urgent", "is": "ticked", "values": ["fever", "lump"]},
                {"key": "peg_pain", "is": "at_least", "number": 8},
            ]},
            {"key": "diabetes", "is": "yes_or_not_sure"},
        ]
    }  # fmt: skip
    assert version.samples == [
        {"answers": {"urgent": ["lump"], "peg_pain": 9}, "raises": True},
        {"answers": {"urgent": ["none"], "diabetes": "no"}, "raises": False},
    ]
    assert (version.state, version.severity, version.tells) == ("draft", "urgent", "diabetes_details")
    assert (version.written_by, version.why, version.source) == (clinician, "Asked for", "Team of May 3")


@pytest.mark.parametrize("slug", [row["slug"] for row in first.ROWS])
def test_each_first_rule_opens_in_the_form_and_comes_back_unchanged(client, slug):
    address = f"{RULES}{slug}/write/"
    page = client.get(address)

    same = press(client, page, address, "save", why="Nothing")
    assert problems(same) == ["Nothing has changed."]

    assert press(client, page, address, "save", why="Words only", words="Other words").status_code == 302
    old, new = RuleVersion.objects.filter(rule__slug=slug).order_by("number")
    assert (new.condition, new.samples, new.tells) == (old.condition, old.samples, old.tells)


def test_the_buttons_keep_all_that_was_typed(client):
    page = client.get(WRITE)
    typed = {"words": "Sugar", "source": "Somewhere", "why": "Because", "s0_diabetes_details": "tablets <b>"}

    for do in (
        "add-0",
        "part",
        "sample",
        "try",
        "look",
        "unsample-2",
        "remove-0-7",
        "unpart-9",
        "nonsense",
        "",
    ):
        page = press(client, page, WRITE, do, **typed)
        now = posted(page)
        assert {name: now[name] for name in ("words", "source", "why", "s0-diabetes_details")} == {
            "words": ["Sugar"], "source": ["Somewhere"], "why": ["Because"], "s0-diabetes_details": ["tablets <b>"],
        }  # fmt: skip
        assert now["p0-l0-values"] == ["yes", "not_sure"]
    assert RuleVersion.objects.count() == len(first.ROWS)


def test_lines_parts_and_samples_are_taken_away(client):
    page = press(client, client.get(WRITE), WRITE, "add-0", p0_add="topic")
    page = press(client, page, WRITE, "remove-0-0")
    assert [line.key for line in page.context["form"].parts[0]["lines"]] == ["topic"]

    page = press(client, page, WRITE, "part")
    page = press(client, page, WRITE, "unpart-0")
    assert [len(part["lines"]) for part in page.context["form"].parts] == [0]

    page = press(client, page, WRITE, "unsample-0")
    assert len(page.context["form"].samples) == 2


def test_a_sample_keeps_its_answer_when_the_line_goes(client):
    page = press(client, client.get(WRITE), WRITE, "remove-0-0")

    assert posted(page)["s0-diabetes"] == ["yes"]


def test_what_is_missing_is_said_and_nothing_is_saved(client):
    page = press(client, client.get(NEW), NEW, "save")

    assert page.status_code == 422
    assert problems(page) == [
        "Write the words on the flag",
        "Select how grave it is",
        "Write the source of the rule",
        "Write why you write this version",
        "Select whether the rule should be raised",
        "Select whether the rule should be raised",
        "Add at least one line: a question and the answers that count",
    ]
    assert Rule.objects.count() == len(first.ROWS)


def test_a_line_without_answers_is_said_with_its_question(client):
    page = press(client, client.get(WRITE), WRITE, "save", p0_l0_values=[], why="x")
    assert problems(page) == ["Select the answers to “Diabetes” that count"]

    page = press(client, client.get(WRITE), WRITE, "add-0", p0_add="peg_pain")
    page = press(client, page, WRITE, "try")
    assert problems(page) == ["Choose the number for “Pain on average, past week”"]


@pytest.mark.parametrize(
    "changes",
    [
        {"p0_l0_key": "shoe_size"}, {"p0_l0_key": "first_name"}, {"p0_l0_values": ["<script>"]}, {"severity": "mild"},
        {"tells": "shoe_size"}, {"words": "x" * 101}, {"s0_raises": "maybe"}, {"s0_diabetes": "perhaps"}, {"source": " "},
        {"words": "x" * 100_000}, {"words": "a\0b"},
    ],
)  # fmt: skip
def test_a_hand_made_form_is_refused_with_words(client, changes):
    page = press(client, client.get(WRITE), WRITE, "save", **{"why": "x", **changes})

    assert page.status_code == 422
    assert problems(page) != []
    assert "<script>" not in page.content.decode().replace('<script src="', "")
    assert newest().number == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"p0-join": "x"}, {"join": ["x", "y"]}, {"after": "x"}, {"after": "9" * 30}, {"p99999-join": "all"},
        {f"p{number}-join": "all" for number in range(60)}, {f"p0-l{number}-key": "urgent" for number in range(60)},
        {f"s{number}-is": "1" for number in range(60)}, {"p٣-join": "all"}, {"do": "add-0-0-0"}, {"do": "remove-99-99"},
        {"do": "remove"}, {"do": "unpart--1"}, {"do": "add-²"}, {"p0-add": "first_name", "do": "add-0"},
    ],
)  # fmt: skip
def test_nonsense_is_no_fault_and_saves_nothing(client, changes):
    data = posted(client.get(WRITE))

    answer = client.post(WRITE, data | {"do": "look"} | changes)

    assert answer.status_code == 200
    form = answer.context["form"]
    assert len(form.parts) <= 5
    assert len(form.samples) <= 20
    assert sum(len(part["lines"]) for part in form.parts) <= 20
    assert "first_name" not in [line.key for part in form.parts for line in part["lines"]]
    assert newest().number == 1


def test_a_new_version_can_begin_from_an_old_one(client, clinician):
    a_draft("diabetes", clinician, words="Sugar")

    assert posted(client.get(f"{WRITE}?from=1"))["words"] == ["Diabetes"]
    assert posted(client.get(WRITE))["words"] == ["Sugar"]
    for odd in ("9", "x", "", "-1", "²"):
        assert posted(client.get(WRITE, {"from": odd}))["words"] == ["Sugar"]


def test_two_editors_are_told_and_nothing_is_lost(client, clinician):
    page = client.get(WRITE)
    other = a_draft("diabetes", a_clinician(), words="Theirs")

    told = press(client, page, WRITE, "save", words="Mine", why="Mine")

    assert told.status_code == 409
    words = text(told)
    assert "Another version was saved while you were writing. Yours is not saved yet." in words
    assert f"{other.written_by} saved version 2 on" in words
    assert [part.title for part in told.context["comparison"].differences][2] == "Words on the flag"
    assert posted(told)["words"] == ["Mine"]
    assert newest() == other

    assert press(client, told, WRITE, "save").status_code == 302
    assert [each.words for each in RuleVersion.objects.filter(rule__slug="diabetes").order_by("number")] == [
        "Diabetes", "Theirs", "Mine",
    ]  # fmt: skip


def test_a_second_click_on_save_leads_to_the_version_of_the_first(client):
    page = client.get(WRITE)

    answers = [press(client, page, WRITE, "save", words="Sugar", why="Mine") for _ in range(2)]

    assert [answer.headers.get("Location") for answer in answers] == [f"{RULES}diabetes/2/"] * 2
    assert (newest().number, told(answers[1])[-1]) == (2, "This was already done.")


def test_a_new_rule_that_is_sent_twice_is_one_rule(client):
    page = press(client, client.get(NEW), NEW, "add-0", p0_add="diabetes")
    words = {"words": "Sugar", "severity": "urgent", "source": "Team", "why": "Asked for"}
    sample = {"s0_diabetes": "yes", "s0_raises": "yes", "s1_diabetes": "no", "s1_raises": "no"}

    answers = [press(client, page, NEW, "save", p0_l0_values=["yes"], **words, **sample) for _ in range(2)]

    assert [answer.headers.get("Location") for answer in answers] == [f"{RULES}sugar/1/"] * 2
    assert (Rule.objects.count(), told(answers[1])[-1]) == (len(first.ROWS) + 1, "This was already done.")


# Putting live and retiring


def test_a_version_goes_live_after_a_look_at_what_it_does(client, clinician):
    a_draft("diabetes", clinician, words="Lumbar")
    caught = an_inquiry(answers={"pain_areas": ["lower_back"]})
    lost = an_inquiry(answers={"diabetes": "yes", "diabetes_details": "tablets"})

    page = client.get(f"{RULES}diabetes/2/live/")

    words = text(page)
    assert f"{caught.reference}" in words
    assert f"{lost.reference}" in words
    assert "“ Yes: tablets ”" in words
    assert newest("diabetes").state == "draft"

    done = client.post(f"{RULES}diabetes/2/live/", {"seen": "1"}, follow=True)

    assert "Version 2 is live. Requests sent from now on are tried on it." in text(done)
    assert (newest("diabetes").state, newest("diabetes").live_by) == ("live", clinician)


def test_a_failing_sample_stops_it_and_shows_what_was_found(client, clinician):
    samples = [*LUMBAR_SAMPLES, {"answers": {"pain_areas": ["lower_back"]}, "raises": False}]
    a_draft("diabetes", clinician, samples=samples)

    page = client.get(f"{RULES}diabetes/2/live/")
    assert "Where the pain is: Lower back not raised Wrong raised: “ Ticked ”" in text(page)
    assert "Put live</button>" not in page.content.decode()

    stopped = client.post(f"{RULES}diabetes/2/live/", {"seen": "1"})
    assert stopped.status_code == 422
    assert stopped.context["problems"] == [
        "A sample gives another result than expected. Write a version that passes."
    ]
    assert newest("diabetes").state == "draft"


@pytest.mark.parametrize("seen", ["", "7", "x", "9" * 40])
def test_who_confirms_a_stale_page_is_told(client, clinician, seen):
    a_draft("diabetes", clinician)

    told = client.post(f"{RULES}diabetes/2/live/", {"seen": seen})

    assert told.status_code == 409
    assert told.context["problems"] == ["Somebody changed the rule meanwhile. Read it again, then decide."]
    assert newest().state == "draft"


def test_a_second_click_changes_nothing(client, clinician):
    a_draft("diabetes", clinician)
    pages = [client.post(f"{RULES}diabetes/2/live/", {"seen": "1"}) for _ in range(2)]
    assert [page.status_code for page in pages] == [302, 409]

    pages = [client.post(f"{RULES}diabetes/2/retire/") for _ in range(2)]
    assert [page.status_code for page in pages] == [302, 409]
    assert newest().state == "retired"


def test_retiring_shows_whom_nobody_would_catch_and_is_confirmed(client, clinician):
    lost = an_inquiry(answers={"urgent": ["fever"]})
    before = RuleVersion.objects.get(rule__slug="fever")

    page = client.get(f"{RULES}fever/1/retire/")
    assert [hit.inquiry for hit in page.context["lost"]] == [lost]
    assert newest("fever").state == "live"

    client.post(f"{RULES}fever/1/retire/")

    after = newest("fever")
    assert (after.state, after.retired_by, after.words) == ("retired", clinician, before.words)


@pytest.mark.parametrize("address", ["1/live/", "9/live/"])
def test_a_live_version_is_not_put_live_again(client, address):
    assert client.get(f"{RULES}fever/{address}").status_code in (404, 409)


def test_only_a_clinician_decides_and_a_nurse_reads(clinician):
    a_draft("diabetes", clinician)
    pages = ("", "diabetes/", "diabetes/2/", "diabetes/2/replay/", "new-rule/", "diabetes/write/", "diabetes/2/live/", "fever/1/retire/")  # fmt: skip

    def codes(role):
        client = signed_in(role)
        return [client.get(RULES + page).status_code for page in pages]

    assert codes("Clinician") == [200] * 8
    assert codes("Triage nurse") == [200] * 4 + [403] * 4
    assert codes("superuser") == [200] * 6 + [403] * 2
    for role in ("Reception", "Editor", "Manager"):
        assert codes(role) == [403] * 8
    nurse = text(signed_in("Triage nurse").get(f"{RULES}diabetes/2/"))
    assert "Put live" not in nurse
    assert "Write a new version" not in nurse


def test_words_of_others_are_shown_as_they_were_typed(client, clinician):
    hostile = '"><script>alert(1)</script>\u202e'
    a_live_rule(clinician, words=hostile[:40], source=hostile, why=hostile)
    slug = RuleVersion.objects.get(words=hostile[:40]).rule.slug

    for address in ("", f"{slug}/", f"{slug}/1/", f"{slug}/write/", f"{slug}/1/retire/"):
        assert "<script>alert" not in client.get(RULES + address).content.decode()


def flag_link(client, inquiry, rule, version):
    page = client.get(f"/staff/requests/inquiry/{inquiry.pk}/").content.decode()
    assert f'href="{RULES}{rule}/{version}/"' in page
    return client.get(f"{RULES}{rule}/{version}/")


def test_every_flag_on_a_request_leads_to_what_raised_it(client, shown_signs):
    item = {"key": "numb_toes", "text": "Numb toes", "question": "Are your toes numb?"}
    body = {
        **shown_signs.body,
        "urgent": {**shown_signs.body["urgent"], "items": [*shown_signs.body["urgent"]["items"], item]},
    }
    text_2 = type(shown_signs).objects.create(version=shown_signs.version + 1, body=body, body_hash="1" * 64)
    draft = complete_draft(urgent=["fever", "numb_toes"])
    draft.red_flag_changed, draft.safety_text = True, text_2
    draft.save()
    inquiry = actions.submit(draft=draft)

    assert "Fever, chills or very unwell, version 1" in text(flag_link(client, inquiry, "fever", 1))
    assert "This flag is built into the form" in text(flag_link(client, inquiry, "red_flag_changed", 1))
    sign = text(flag_link(client, inquiry, "numb_toes", text_2.version))
    assert "Are your toes numb? Editors added this sign to the urgent card" in sign
    assert client.get(f"{RULES}numb_toes/{text_2.version - 1}/").status_code == 404
    assert client.get(f"{RULES}numb_toes/99/").status_code == 404
    assert client.get(f"{RULES}numb_toes/").status_code == 404
