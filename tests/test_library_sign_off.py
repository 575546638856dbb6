"""Words of pages without editions: who signs them off, and who sees what before and after (rule 5)."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.models import ClinicProfile, PublicChange
from procedures import glossary, library, shared_words, tools
from procedures.models import Edition, Explainer, Review, SharedWords
from tests import pages
from tests.builders import a_user
from tests.shared_words import current, signed_off
from tests.test_library_links import walk
from tests.test_procedures_pages import review

pytestmark = pytest.mark.django_db

URLS = {
    "compare": "/conditions/how-they-differ/",
    "emergency-signs": "/emergency-signs/",
    "glossary": "/glossary/",
    "pain-diary": "/pain-diary/",
}
HIDDEN = {name: url for name, url in URLS.items() if name != "emergency-signs"}
BANNER = "Sample text. No clinician has reviewed it yet."
READ = {"has_read_all": "on"}


def text(markup):
    main = markup.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", main)).strip()


def seen(client, url):
    return text(client.get(url).content.decode())


def staff_url(words, verb):
    return reverse(f"admin:procedures_sharedwords_{verb}", args=[words.pk])


def sign_in(client, role, **fields):
    user = a_user(role, **fields)
    client.force_login(user)
    return user


@pytest.fixture
def clinician(client):
    return sign_in(client, "Clinician", credential="MD", first_name="Ada", last_name="Sample")


def signature(**changes):
    signed = {"signed_off_by": a_user("Clinician"), "signed_off_at": timezone.now()}
    return signed | {"signer_name": "Ada Sample", "credential": "MD"} | changes


# What the database holds


def refused(make):
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        make()
    return str(error.value)


def test_the_same_words_have_one_row():
    SharedWords.objects.create(name="glossary", words_hash="a")
    SharedWords.objects.create(name="compare", words_hash="a")

    assert "shared_words_once" in refused(lambda: SharedWords.objects.create(name="glossary", words_hash="a"))


def test_words_belong_to_a_page_that_there_is():
    assert "shared_words_known_name" in refused(lambda: SharedWords.objects.create(name="other"))


@pytest.mark.parametrize("missing", ["signed_off_by", "signed_off_at", "signer_name", "credential"])
def test_a_signature_is_who_and_when(missing):
    half = signature(**{missing: None if missing.startswith("signed") else ""})

    assert "sign_off_is_who_and_when" in refused(
        lambda: SharedWords.objects.create(name="glossary", words_hash="a", **half)
    )


@pytest.mark.parametrize("is_signed", [False, True])
def test_words_stay(is_signed):
    SharedWords.objects.create(name="glossary", words_hash="a", **(signature() if is_signed else {}))

    for change in ({"words_hash": "b"}, {"name": "compare"}, {"created_at": timezone.now()}):
        assert "Cannot update" in refused(lambda change=change: SharedWords.objects.update(**change))
    assert "Cannot delete" in refused(SharedWords.objects.all().delete)


@pytest.mark.parametrize(
    "change", [{"signer_name": "B"}, {"credential": "RN"}, {"signed_off_at": timezone.now()}, "taken back"]
)
def test_a_signature_stays(change):
    SharedWords.objects.create(name="glossary", words_hash="a", **signature())
    nobody = {"signed_off_by": None, "signed_off_at": None, "signer_name": "", "credential": ""}

    fields = nobody if change == "taken back" else change
    assert "Cannot update" in refused(lambda: SharedWords.objects.update(**fields))


# How rows come to be


def test_loading_writes_a_row_for_each_page_once(tmp_path):
    pages.a_published_page(tmp_path)
    first = set(SharedWords.objects.values_list("name", "words_hash"))
    call_command("load_pages", folder=tmp_path, verbosity=0)

    assert first == set(shared_words.hashes().items())
    assert {name for name, _ in first} == set(URLS)
    assert set(SharedWords.objects.values_list("name", "words_hash")) == first


@pytest.fixture
def rewritten(monkeypatch, tmp_path):
    """Other words in one of the files, as after a deployment."""
    caches = (library._file, glossary._file, glossary.terms, tools.diary_entry, shared_words.hashes)

    def rewrite(module, name, old, new):
        words = getattr(module, name).read_text()
        assert old in words
        path = Path(tmp_path / "words.toml")
        path.write_text(words.replace(old, new, 1))
        monkeypatch.setattr(module, name, path)
        forget()

    def forget():
        for cached in caches:
            cached.cache_clear()

    yield rewrite
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize(
    ("name", "module", "file", "old", "new"),
    [
        ("compare", library, "FILE", "These pains overlap", "These pains are alike"),
        ("compare", library, "FILE", "bring it to your visit", "show it to us"),
        ("emergency-signs", library, "FILE", "Why these signs cannot wait", "Why they cannot wait"),
        ("glossary", glossary, "FILE", "The nerves at the base of the spine get", "Nerves get"),
        ("pain-diary", tools, "DIARY", "[@KUN14; @GAU22]", "[@KUN14]"),
    ],
)
def test_other_words_wait_for_a_signature_of_their_own(rewritten, name, module, file, old, new):
    signed_off()
    before = shared_words.hashes()

    rewritten(module, file, old, new)

    changed = {key for key, value in shared_words.hashes().items() if value != before[key]}
    assert changed == {name}
    assert shared_words.load() == 1
    assert set(shared_words.signatures()) == set(URLS) - {name}
    assert shared_words.to_sign_off() == 1


def test_words_that_no_reader_sees_need_no_signature(rewritten):
    before = shared_words.hashes()

    rewritten(glossary, "FILE", 'analgesic = "pain medicine"', 'analgesic = "pain pill"')

    assert shared_words.hashes() == before


# Signing off


def test_a_clinician_signs_off(client, clinician):
    words = current("glossary")

    response = client.post(staff_url(words, "sign-off"), READ)

    words.refresh_from_db()
    assert response.url == staff_url(words, "change")
    assert (words.signed_off_by, words.signer_name, words.credential) == (clinician, "Ada Sample", "MD")
    assert set(shared_words.signatures()) == {"glossary"}


def test_a_second_click_is_told_and_changes_nothing(client, clinician):
    words = current("glossary")
    client.post(staff_url(words, "sign-off"), READ)
    first = SharedWords.objects.get(pk=words.pk).signed_off_at

    again = client.post(staff_url(words, "sign-off"), READ)

    assert again.status_code == 422
    assert "These words have been signed off already." in again.content.decode()
    assert SharedWords.objects.get(pk=words.pk).signed_off_at == first


def test_looking_signs_nothing(client, clinician):
    words = current("glossary")

    page = client.get(staff_url(words, "sign-off"))

    assert page.context["read_url"] == staff_url(words, "read")
    assert "Read the page" in page.content.decode()
    assert client.get(staff_url(words, "change")).context["may_sign_off"]
    assert client.get(staff_url(words, "read")).status_code == 200
    assert shared_words.signatures() == {}


@pytest.mark.parametrize(
    ("fields", "posted", "problem"),
    [
        ({"credential": "MD"}, {}, "Confirm that you have read all of it"),
        ({}, READ, "Your account has no credential, like MD or RN."),
    ],
)
def test_what_is_missing_is_told(client, fields, posted, problem):
    sign_in(client, "Clinician", **fields)

    response = client.post(staff_url(current("glossary"), "sign-off"), posted)

    assert response.status_code == 422
    assert problem in response.content.decode()
    assert shared_words.signatures() == {}


def test_older_words_are_neither_signed_off_nor_read(client, clinician):
    old = SharedWords.objects.create(name="glossary", words_hash="0" * 64)

    page = client.get(staff_url(old, "change"))
    response = client.post(staff_url(old, "sign-off"), READ)

    assert (page.context["is_current"], page.context["may_sign_off"]) == (False, False)
    assert response.status_code == 422
    assert "These words have changed since." in response.content.decode()
    assert client.get(staff_url(old, "read")).status_code == 404
    old.refresh_from_db()
    assert old.signed_off_at is None


@pytest.mark.parametrize("role", ["Reception", "Triage nurse", "Editor", "Manager", "superuser"])
def test_nobody_else_signs_off(client, role):
    words = current("glossary")
    sign_in(client, role, credential="MD")

    assert client.get(staff_url(words, "sign-off")).status_code == 403
    assert client.post(staff_url(words, "sign-off"), READ).status_code == 403
    assert shared_words.signatures() == {}


@pytest.mark.parametrize(
    ("role", "status"), [("Clinician", 200), ("Editor", 200), ("Reception", 403), ("Manager", 403)]
)
def test_those_who_see_pages_see_the_words(client, role, status):
    words = current("glossary")
    sign_in(client, role)

    addresses = [
        staff_url(words, "change"),
        staff_url(words, "read"),
        reverse("admin:procedures_sharedwords_changelist"),
    ]
    assert [client.get(address).status_code for address in addresses] == [status] * 3


def test_a_row_is_looked_at_and_not_changed(client, clinician):
    words = current("glossary")

    assert client.post(staff_url(words, "change"), {"words_hash": "a"}).status_code == 403
    assert client.post(staff_url(words, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:procedures_sharedwords_add")).status_code == 403


def test_the_list_tells_current_words_from_older(client, clinician):
    SharedWords.objects.create(name="glossary", words_hash="0" * 64, **signature())
    current("glossary")

    page = client.get(reverse("admin:procedures_sharedwords_changelist")).content.decode()
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    states = [
        (" ".join(row[:5]), row[5], "Ada" in row) for row in rows if " ".join(row).startswith("Medical words")
    ]

    assert states == [
        ("Medical words in plain words", "Current", False),
        ("Medical words in plain words", "Older", True),
    ]


def test_the_list_costs_the_same_with_more(client, clinician, django_assert_num_queries):
    address = reverse("admin:procedures_sharedwords_changelist")
    SharedWords.objects.create(name="glossary", words_hash="0", **signature())
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in (1, 2):
        SharedWords.objects.create(name="glossary", words_hash=number, **signature())

    with django_assert_num_queries(len(one)):
        client.get(address)


def test_the_home_page_counts_what_waits(client, clinician):
    def count():
        figures = [figure for panel in client.get("/staff/").context["panels"] for figure in panel.figures]
        return [
            (figure.count, figure.tone) for figure in figures if figure.label == "Other words to sign off"
        ]

    shared_words.load()
    SharedWords.objects.create(name="glossary", words_hash="0" * 64)
    assert count() == [(4, "w")]

    signed_off()

    assert count() == [(0, "")]


# What readers see


@pytest.mark.parametrize("name", URLS)
def test_words_nobody_has_signed_off_say_so(client, name):
    signed_off(*(URLS.keys() - {name}))
    SharedWords.objects.create(name=name, words_hash="0" * 64, **signature())

    words = seen(client, URLS[name])

    assert (words.count(BANNER), words.count("reviewed the words of this page")) == (1, 0)


@pytest.mark.parametrize("name", URLS)
def test_signed_words_say_by_whom_and_when(client, name):
    signed_off(name)
    today = timezone.localdate()

    words = seen(client, URLS[name])

    line = f"Ada Sample, MD, reviewed the words of this page on {today:%B} {today.day}, {today.year}."
    assert (words.count(BANNER), words.count(line)) == (0, 1)


def test_the_diary_on_paper_says_it_too(client):
    def foot():
        return client.get("/pain-diary/").content.decode().partition("print-foot")[2]

    assert "Not reviewed yet" in foot()
    signed_off("pain-diary")
    assert "Not reviewed yet" not in foot()
    assert "Last reviewed" in foot()


def test_the_comparison_is_reviewed_when_its_rows_are_too(client):
    signed_off("compare")
    explainer = Explainer.objects.create(slug="knee", kind="condition", plain_name="Knee pain")
    content = {"traits": [{"aspect": "where", "text": "Here. {.own}"}], "references": {}}
    edition = Edition.objects.create(explainer=explainer, number=1, plain_name="Knee pain", content=content)
    assert BANNER in seen(client, URLS["compare"])

    review(edition)

    assert BANNER not in seen(client, URLS["compare"])
    assert "Ada Sample, MD, reviewed" in seen(client, URLS["compare"])


def test_a_signature_shows_at_once():
    words = current("glossary")
    before = PublicChange.state()

    SharedWords.objects.filter(pk=words.pk).update(**signature())

    assert PublicChange.state() != before


# Where only reviewed words are public


@pytest.fixture
def strict(settings):
    settings.REQUIRE_CLINICAL_REVIEW = True


@pytest.mark.parametrize("name", HIDDEN)
def test_a_page_is_there_once_its_words_are_signed_off(client, strict, name):
    signed_off(*(URLS.keys() - {name}))
    assert client.get(URLS[name]).status_code == 404

    signed_off(name)

    assert client.get(URLS[name]).status_code == 200


def test_emergency_signs_always_show(client, strict):
    assert BANNER in seen(client, URLS["emergency-signs"])


def test_emergency_signs_show_while_signatures_cannot_be_read(strict):
    def fail(execute, sql, params, many, context):
        if "sharedwords" in sql:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        assert Client().get(URLS["emergency-signs"]).status_code == 200


@pytest.mark.parametrize("name", HIDDEN)
def test_staff_read_a_page_before_it_is_public(client, clinician, strict, name):
    response = client.get(staff_url(current(name), "read"))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert BANNER in text(response.content.decode())


@pytest.fixture(scope="module")
def sites(django_db_setup, django_db_blocker):
    """All that readers can reach with every page reviewed: nothing else signed off, then everything."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.REQUIRE_CLINICAL_REVIEW", True)
        call_command("load_pages", verbosity=0)
        for edition in Edition.objects.all():
            review(edition)
        client = Client(raise_request_exception=False)
        before, maps = walk(client), [client.get("/sitemap.xml").content.decode()]
        signed_off()
        after = walk(client)
        maps.append(client.get("/sitemap.xml").content.decode())
        transaction.set_rollback(True)
    return before, after, maps


def leading_to(markup, url):
    return re.findall(rf'href="[^"]*{re.escape(url)}[^"]*"', markup)


def test_no_link_leads_to_a_hidden_page(sites):
    before, after, _ = sites

    assert set(after) - set(before) == set(HIDDEN.values())
    assert set(before) <= set(after)
    found = {
        (address, url)
        for address, markup in before.items()
        for url in HIDDEN.values()
        if leading_to(markup, url)
    }
    assert found == set()
    assert all(leading_to(after[f"/{kind}s/"], "/glossary/") for kind in ("procedure", "condition"))


def test_pages_lose_only_links_and_the_ways_to_hidden_pages(sites):
    before, after, _ = sites
    ways = ("Print a pain diary", "See how these pains differ in 1 table", "How do these pains differ?",
            "How do these pains differ? See them in 1 table", BANNER)  # fmt: skip

    def bare(markup):
        words = text(markup)
        for way in sorted(ways, key=len, reverse=True):
            words = words.replace(way, "")
        return re.sub(r"\s|Ada Sample, MD, reviewed the words of this page on \w+ \d+, \d+\.", "", words)

    assert [address for address, markup in before.items() if bare(markup) != bare(after[address])] == []
    assert [address for address, markup in before.items() if 'class="term"' in markup] == []
    assert sum('class="term"' in markup for markup in after.values()) >= 10


@pytest.mark.parametrize("way", ["Print a pain diary", "See how these pains differ in 1 table"])
def test_no_words_offer_what_is_hidden(sites, way):
    before, after, _ = sites

    assert [address for address, markup in before.items() if way in markup] == []
    assert [address for address, markup in after.items() if way in markup] != []


def test_no_paragraph_is_left_empty(sites):
    before, _, _ = sites

    assert [
        address for address, markup in before.items() if re.search(r"<(p|li)[^>]*>\s*</\1>", markup)
    ] == []


def test_the_sitemap_names_what_readers_may_open(sites):
    before, after = sites[2]

    assert [url for url in HIDDEN.values() if url in before] == []
    assert [url for url in URLS.values() if url in after] == list(URLS.values())
    assert URLS["emergency-signs"] in before


@pytest.mark.parametrize(
    ("typed", "name"), [("glossary", "glossary"), ("pain diary", "pain-diary"), ("compare", "compare")]
)
def test_search_finds_what_readers_may_open(client, strict, typed, name):
    def found():
        return URLS[name] in [
            row.url for row in client.get("/search/", {"q": typed}).context["found"].results
        ]

    assert not found()
    signed_off(name)
    assert found()


@pytest.mark.parametrize("is_signed", [False, True])
def test_a_page_view_asks_the_database_three_times(
    client, strict, tmp_path, is_signed, django_assert_num_queries
):
    ClinicProfile.objects.create(name="Sample Clinic", phone="202-555-0100")
    explainer = pages.a_published_page(tmp_path)
    review(explainer.editions.get())
    if is_signed:
        signed_off()

    with django_assert_num_queries(3):
        page = client.get(explainer.get_absolute_url()).content.decode()

    assert bool(leading_to(page, "/glossary/")) == is_signed
    assert bool(leading_to(page, "/pain-diary/")) == is_signed


@pytest.mark.parametrize(
    "url", ["/", "/procedures/", "/conditions/", "/privacy/", "/sitemap.xml", "/search/", "/search/?q=bruise",
            "/procedures/sample-block/checklist/"]
)  # fmt: skip
def test_other_pages_ask_at_most_once_more(client, settings, tmp_path, url, django_assert_max_num_queries):
    review(pages.a_published_page(tmp_path).editions.get())
    with CaptureQueriesContext(connection) as usual:
        client.get(url)
    settings.REQUIRE_CLINICAL_REVIEW = True

    with django_assert_max_num_queries(len(usual) + 1):
        assert client.get(url).status_code == 200
    assert Review.objects.exists()


def test_elsewhere_nobody_asks_who_signed(client, tmp_path):
    pages.a_published_page(tmp_path)

    with CaptureQueriesContext(connection) as queries:
        for url in ("/", "/procedures/", "/conditions/", "/privacy/", "/sitemap.xml"):
            client.get(url)

    assert [query["sql"] for query in queries if 'FROM "procedures_sharedwords"' in query["sql"]] == []
