"""Leaflets and pictures as files: who gets them, how often they are made, what makes them anew."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.calendar import local_today
from clinic.models import ClinicProfile
from procedures import link_image, made_files, publishing, safety_text, typesetting
from procedures.models import Edition, EditionFile, Explainer, Review
from tests import pages
from tests.builders import PASSWORD, a_user

pytestmark = pytest.mark.django_db

PAGE = "/procedures/sample-block/"
URL = f"{PAGE}leaflet.pdf"
NAMES = {
    "leaflet.pdf": "sample-block.pdf",
    "leaflet-a4.pdf": "sample-block-a4.pdf",
    "leaflet-large.pdf": "sample-block-large.pdf",
    "leaflet-large-a4.pdf": "sample-block-large-a4.pdf",
}


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


def picture(edition):
    return f"/pages/{edition.code}.png"


def review(edition, **days):
    today = local_today()
    days = {"reviewed_on": today, "next_due": today + timedelta(days=365)} | days
    words = {"reviewer_name": "Ada Sample", "credential": "MD"}
    return Review.objects.create(edition=edition, reviewer=a_user("Clinician"), **words, **days)


def break_the_page(explainer):
    """A newer edition with a drawing that nobody can draw."""
    good = explainer.editions.get()
    content = good.content
    content["figures"]["cluneal-nerves"]["svg"] = "<svg>no drawing"
    names = ("plain_name", "medical_name", "description", "author", "html", "references_html")
    fields = {name: getattr(good, name) for name in names}
    return Edition.objects.create(explainer=explainer, number=2, content=content, content_hash="b", **fields)


@pytest.mark.parametrize(("file", "name"), NAMES.items())
def test_everybody_gets_each_leaflet(client, explainer, file, name):
    response = client.get(PAGE + file, headers={"accept-encoding": "gzip"})

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'
    assert response["Content-Length"] == str(len(response.content))
    assert response["Cache-Control"] == "public, no-cache"
    assert response["Vary"] == "Accept-Encoding"
    assert not response.cookies


def test_a_condition_has_leaflets_of_its_own(client, explainer):
    Explainer.objects.update(kind="condition")

    assert client.get("/conditions/sample-block/leaflet.pdf").status_code == 200
    assert client.get("/conditions/sample-block/leaflet-a4.pdf").status_code == 200
    assert client.get(URL).status_code == 404


def test_the_page_leads_to_all_of_them(client, explainer):
    page = client.get(PAGE).content.decode()

    assert [file for file in NAMES if f'href="{PAGE}{file}"' not in page] == []
    assert len(re.findall(r">Leaflet \(PDF, about \d sheets, \d+ kB\)</a>", page)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "/procedures/nothing/leaflet.pdf",
        "/conditions/sample-block/leaflet.pdf",
        f"{PAGE}leaflet-image.pdf",
        f"{PAGE}leaflet-letter.pdf.pdf",
        f"{PAGE}leaflet-a5.pdf",
        "/pages/nothing.png",
    ],
)
def test_what_is_not_there_is_not_found(client, explainer, url):
    assert client.get(url).status_code == 404
    assert EditionFile.objects.count() == 0


def test_a_withdrawn_page_has_no_files(client, explainer):
    Explainer.objects.update(is_withdrawn=True)

    gone = client.get(URL)
    assert gone.status_code == 410
    assert "We took this page back" in gone.content.decode()
    assert client.get(picture(explainer.editions.get())).status_code == 404


def test_where_review_is_needed_an_unreviewed_page_has_no_files(client, explainer, settings):
    settings.REQUIRE_CLINICAL_REVIEW = True
    edition = explainer.editions.get()
    assert [client.get(url).status_code for url in (URL, picture(edition))] == [404, 404]

    review(edition)

    assert [client.get(url).status_code for url in (URL, picture(edition))] == [200, 200]


@pytest.mark.parametrize("kind", ["leaflet", "picture"])
def test_files_are_only_read_and_known_again(client, explainer, kind):
    url = URL if kind == "leaflet" else picture(explainer.editions.get())
    first = client.get(url)
    user = a_user("Reception", password=PASSWORD)
    assert client.login(username=user.username, password=PASSWORD)

    again = client.get(url, headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert not again.cookies
    assert client.post(url).status_code == 405
    assert client.head(url).status_code == 200


def test_a_kept_leaflet_is_not_made_again(client, explainer, monkeypatch, django_assert_num_queries):
    first = client.get(URL).content
    monkeypatch.setattr(typesetting, "LONGEST_SECONDS", 0)

    with django_assert_num_queries(4):
        assert client.get(URL).content == first


def test_what_changes_in_it_makes_it_anew(client, explainer):
    seen = [client.get(URL).content]

    review(explainer.editions.get())
    seen.append(client.get(URL).content)
    ClinicProfile.objects.create(name="Other Clinic", phone="202-555-0111")
    seen.append(client.get(URL).content)
    body = safety_text.file_body() | {
        "urgent": safety_text.file_body()["urgent"] | {"heading": "Call now if"}
    }
    publishing.sign_off(safety_text.load(body)[0], by=a_user("Clinician", credential="MD"))
    seen.append(client.get(URL).content)

    assert len(set(seen)) == 4
    assert EditionFile.objects.filter(variant="letter").count() == 1


def test_leaflets_of_older_editions_go_and_their_pictures_stay(client, explainer):
    older = explainer.editions.get()
    for url in (URL, f"{PAGE}leaflet-a4.pdf", picture(older)):
        assert client.get(url).status_code == 200
    Explainer.objects.update(lead="We put numbing medicine next to a nerve [@ONE20].")
    publishing.publish(explainer, change_note="Shorter.")

    client.get(URL)

    kept = EditionFile.objects.order_by("edition__number", "variant")
    assert [(file.edition.number, file.variant) for file in kept] == [(1, "image"), (2, "letter")]
    assert client.get(picture(older)).status_code == 200


@pytest.mark.parametrize("fault", ["broken", "slow"])
def test_a_page_that_cannot_be_set_says_so(client, explainer, fault, monkeypatch, caplog):
    if fault == "broken":
        break_the_page(explainer)
    else:
        monkeypatch.setattr(typesetting, "LONGEST_SECONDS", 0.001)

    response = client.get(URL)

    assert response.status_code == 503
    assert response["Cache-Control"] == "no-store"
    assert response["Retry-After"] == "120"
    assert "This file is not ready" in response.content.decode()
    assert EditionFile.objects.count() == 0
    assert "a file could not be made" in caplog.text


def test_a_press_that_is_busy_keeps_nobody_waiting_for_ever(client, explainer, monkeypatch):
    monkeypatch.setattr(typesetting, "LONGEST_SECONDS", 0.01)

    with typesetting._press:
        assert client.get(URL).status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_crowd_at_a_new_leaflet_makes_it_once(explainer):
    edition, made = explainer.editions.get(), []

    def make():
        made.append(1)
        return b"%PDF"

    def ask(_):
        try:
            return made_files.get(edition, "letter", {}, make)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(ask, range(8)))

    assert answers == [b"%PDF"] * 8
    assert made == [1]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("edition_file_once", {}),
        ("edition_file_known_variant", {"variant": "a5"}),
        ("edition_file_is_not_empty", {"variant": "a4", "body": b""}),
    ],
)
def test_the_database_keeps_files_in_order(explainer, name, fields):
    edition = explainer.editions.get()
    usual = {"edition": edition, "variant": "letter", "inputs_hash": "a", "body": b"%PDF"}
    EditionFile.objects.create(**usual)

    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        EditionFile.objects.create(**(usual | fields))


def test_the_picture_of_a_page_is_made_when_it_is_published(tmp_path, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        explainer = pages.a_published_page(tmp_path)

    file = EditionFile.objects.get()
    assert (file.edition, file.variant) == (explainer.editions.get(), "image")


def test_a_picture_that_cannot_be_made_holds_nothing_up(
    tmp_path, django_capture_on_commit_callbacks, monkeypatch, caplog
):
    monkeypatch.setattr(typesetting, "LONGEST_SECONDS", 0.001)

    with django_capture_on_commit_callbacks(execute=True):
        explainer = pages.a_published_page(tmp_path)

    assert explainer.current_edition
    assert EditionFile.objects.count() == 0
    assert "the picture of an edition was not made" in caplog.text


def test_a_picture_has_its_size_and_may_be_kept_for_ever(client, explainer):
    response = client.get(picture(explainer.editions.get()))
    head = response.content[:24]

    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (1200, 630)


def test_a_picture_shows_nothing_that_may_change(client, explainer):
    edition = explainer.editions.get()
    first = client.get(picture(edition)).content
    review(edition)
    EditionFile.objects.all().delete()

    assert client.get(picture(edition)).content == first


def test_long_names_have_room_in_a_picture():
    """65 and 80 wide letters: the longest that a page may have."""
    edition = Edition(
        plain_name="Widely " * 9, medical_name="Mammal " * 11, explainer=Explainer(kind="procedure")
    )
    words = link_image.words_of(edition)

    assert typesetting.png("link_image", words | {"clinic": "A clinic with a very long name " * 3})
