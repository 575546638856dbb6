"""Saved views: made from a list, shared by some, changed and deleted by few, and never in the way."""

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from requests import actions
from requests.admin.views import TABLE
from requests.models import AccessLog, SavedView

from .builders import a_user, an_inquiry

pytestmark = pytest.mark.django_db
QUEUE = "/staff/requests/inquiry/"
VIEWS = "/staff/requests/views/"


@pytest.fixture
def clerk():
    return a_user("Reception")


def at_desk(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def staff(nurse):
    return at_desk(nurse)


def a_view(owner, **fields):
    return SavedView.objects.create(owner=owner, **{"name": "My view", "view": "open", **fields})


def opened(client, view, **params):
    return client.get(QUEUE, {"view": view.slug, **params}).context["listing"]


def ids(listing):
    return [row.inquiry for row in listing.rows]


FORM = {
    "name": "Spanish first visits",
    "view": "open",
    "status": "",
    "assignee": "",
    "wants": "",
    "order": "",
}


def test_a_view_keeps_filters_order_and_columns(staff, nurse):
    wanted = an_inquiry(topic="First visit")
    an_inquiry(topic="Follow-up")
    form = FORM | {"wants": "First visit", "order": "newest", "columns": ["wants", "status"]}

    response = staff.post(f"{VIEWS}new/", form)

    view = SavedView.objects.get()
    listing = staff.get(response["Location"]).context["listing"]
    assert (response.status_code, response["Location"]) == (302, f"{QUEUE}?view={view.slug}")
    assert (view.owner, view.is_shared) == (nurse, False)
    assert (ids(listing), listing.view.title, listing.order.slug) == ([wanted], view.name, "newest")
    assert listing.columns == ("wants", "status")
    assert [(entry.view.title, entry.words, entry.is_chosen) for entry in listing.saved] == [
        (view.name, "1", True)
    ]


def test_saving_begins_with_what_the_list_showed(staff):
    query = "view=ended&wants=First+visit&assignee=me&after=x&q=Zimmer"

    page = staff.get(f"{VIEWS}new/?{query}")

    form = page.context["form"]
    assert [form[name].value() for name in ("view", "wants", "assignee", "status")] == [
        "ended", "First visit", "me", "",
    ]  # fmt: skip
    assert "Zimmer" not in page.content.decode()


def test_saving_from_a_saved_view_begins_with_that_one(staff, nurse):
    view = a_view(nurse, filters={"wants": "Follow-up"}, order="oldest", columns=["sent"])

    form = staff.get(f"{VIEWS}new/?view={view.slug}&status=new").context["form"]

    assert [form[name].value() for name in ("view", "wants", "status", "order", "columns")] == [
        "open", "Follow-up", "new", "oldest", ["sent"],
    ]  # fmt: skip


def test_words_of_a_search_become_no_part_of_a_view(staff):
    searched = staff.post(f"{QUEUE}search/", {"words": "Zimmer"})["Location"].removeprefix(QUEUE)
    page = staff.get(f"{VIEWS}new/{searched}")
    staff.post(f"{VIEWS}new/{searched}", FORM)

    view = SavedView.objects.get()
    assert "immer" not in page.content.decode() + str(vars(view))
    assert view.filters == {}


def test_mine_in_a_shared_view_means_who_is_looking(nurse, clerk):
    view = a_view(nurse, is_shared=True, filters={"assignee": "me"})
    nurses, clerks = an_inquiry(assignee=nurse), an_inquiry(assignee=clerk)

    assert [ids(opened(at_desk(user), view)) for user in (nurse, clerk)] == [[nurses], [clerks]]


def test_filters_narrow_a_saved_view_further(staff, nurse):
    view = a_view(nurse, filters={"wants": "First visit"})
    wanted = an_inquiry(topic="First visit", status="in_triage")
    an_inquiry(topic="First visit")
    an_inquiry(topic="Follow-up", status="in_triage")

    assert ids(opened(staff, view, status="in_triage")) == [wanted]


def test_what_is_gone_is_passed_over(staff, nurse):
    inquiry = an_inquiry()
    view = a_view(
        nurse, view="of-last-year", order="by-moon", columns=["gone", "status"],
        filters={"status": "lost", "assignee": ["x"], "colour": "red"},
    )  # fmt: skip

    listing = opened(staff, view)

    assert (ids(listing), listing.columns, listing.order.slug) == ([inquiry], ("status",), "pressing")
    assert staff.get(VIEWS).status_code == 200
    assert staff.get(f"{VIEWS}{view.pk}/").status_code == 200


@pytest.mark.parametrize(
    "slug", ["saved-0", "saved-x", "saved-", "saved-99999999999999999999", "saved-٣", "saved--1"]
)
def test_a_view_that_is_not_there_is_the_first(staff, slug):
    inquiry = an_inquiry()

    listing = staff.get(QUEUE, {"view": slug}).context["listing"]

    assert (ids(listing), listing.view.slug) == ([inquiry], "todo")
    assert staff.get(f"{VIEWS}new/", {"view": slug}).status_code == 200


def test_somebody_elses_own_view_is_not_there(nurse, clerk):
    view = a_view(nurse)
    other = at_desk(clerk)

    codes = [other.get(f"{VIEWS}{view.pk}/{end}").status_code for end in ("", "delete/")]
    posted = other.post(f"{VIEWS}{view.pk}/delete/")

    assert (opened(other, view).view.slug, opened(other, view).saved, codes) == ("todo", [], [404, 404])
    assert (posted["Location"], SavedView.objects.count()) == (VIEWS, 1)


def test_reception_sees_a_shared_view_and_does_not_change_it(nurse, clerk):
    view = a_view(nurse, is_shared=True)
    other = at_desk(clerk)

    assert [entry.view.title for entry in opened(other, view).saved] == ["My view"]
    codes = [
        other.get(f"{VIEWS}{view.pk}/").status_code,
        other.post(f"{VIEWS}{view.pk}/", FORM).status_code,
        other.post(f"{VIEWS}{view.pk}/delete/").status_code,
    ]
    assert (codes, SavedView.objects.get().name) == ([403, 403, 403], "My view")


def test_reception_cannot_share(clerk):
    client = at_desk(clerk)
    page = client.get(f"{VIEWS}new/").content.decode()
    client.post(f"{VIEWS}new/", FORM | {"is_shared": "on"})

    assert ("Share it" in page, SavedView.objects.get().is_shared) == (False, False)
    with pytest.raises(actions.NotAllowed):
        actions.save_view(SavedView(owner=clerk, name="Mine", view="open", is_shared=True), by=clerk)


def test_a_manager_changes_what_a_nurse_shares(nurse):
    view = a_view(nurse, is_shared=True)
    client = at_desk(a_user("Manager"))

    client.post(f"{VIEWS}{view.pk}/", FORM | {"is_shared": "on"})

    changed = SavedView.objects.get()
    assert (changed.name, changed.owner, changed.is_shared) == (FORM["name"], nurse, True)
    client.post(f"{VIEWS}{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_who_no_longer_shares_keeps_a_view_shared(clerk):
    clerk.user_permissions.add(Permission.objects.get(codename="share_savedview"))
    view = a_view(clerk, is_shared=True)
    clerk.user_permissions.clear()

    at_desk(clerk).post(f"{VIEWS}{view.pk}/", FORM)

    changed = SavedView.objects.get()
    assert (changed.name, changed.is_shared) == (FORM["name"], True)


def test_deleting_twice_is_no_fault(staff, nurse):
    view = a_view(nurse)

    answers = [staff.post(f"{VIEWS}{view.pk}/delete/") for _ in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, VIEWS)] * 2
    actions.delete_view(view, by=nurse)


def test_looking_at_the_delete_page_deletes_nothing(staff, nurse):
    view = a_view(nurse)

    assert staff.get(f"{VIEWS}{view.pk}/delete/").status_code == 200
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " "}, "name", "Write a name"),
        ({"name": "x" * 61}, "name", "Shorten the name to 60 characters"),
        ({"name": "MY  view"}, "name", "There is a view of this name. Choose another name"),
        ({"view": "nonsense"}, "view", "Choose one of the list"),
        ({"wants": "nonsense"}, "wants", "Choose one of the list"),
        ({"columns": ["nonsense"]}, "columns", "Choose one of the list"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_lost(staff, nurse, changes, field, words):
    a_view(nurse)

    page = staff.post(f"{VIEWS}new/", FORM | {"order": "newest"} | changes)

    form = page.context["form"]
    assert (page.status_code, form.errors[field]) == (422, [words])
    assert (form["order"].value(), SavedView.objects.count()) == ("newest", 1)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("To do", "To do"), ("  tO   DO ", "To do"), ("ToDo", "To do"), ("Urgent", "Urgent"), ("urgent", "Urgent"),
        ("ur\u200bgent", "Urgent"), ("\uff35rgent", "Urgent"), ("my role\u2019s", "My role's"), ("all", "All"), ("Search", "Search"),
    ],
)  # fmt: skip
def test_no_view_takes_the_name_of_one_that_every_list_has(staff, name, ours):
    page = staff.post(f"{VIEWS}new/", FORM | {"name": name})

    words = f"The list has a view “{ours}” already. Add what makes yours different, like “{ours}, Spanish”"
    assert (page.status_code, page.context["form"].errors) == (422, {"name": [words]})
    assert not SavedView.objects.exists()


def test_every_view_of_the_list_is_refused_as_a_name(staff):
    codes = {
        view.title: staff.post(f"{VIEWS}new/", FORM | {"name": view.title}).status_code for view in TABLE
    }

    assert codes == dict.fromkeys(codes, 422)


@pytest.mark.parametrize("name", ["Urgent, Spanish", "To do today", "Alle", "Urgent!"])
def test_a_name_that_says_more_is_kept(staff, name):
    assert staff.post(f"{VIEWS}new/", FORM | {"name": name}).status_code == 302
    assert SavedView.objects.get().name == name


def test_a_view_that_has_such_a_name_from_before_goes_on(staff, nurse):
    view, inquiry = a_view(nurse, name="urgent"), an_inquiry()

    saved = staff.post(f"{VIEWS}{view.pk}/", FORM | {"name": "Urgent", "order": "newest"})
    other = staff.post(f"{VIEWS}{view.pk}/", FORM | {"name": "Mine"})

    kept = SavedView.objects.get()
    assert (saved.status_code, kept.name, kept.order) == (302, "Urgent", "newest")
    assert (other.status_code, ids(opened(staff, kept))) == (422, [inquiry])


def test_two_people_may_use_the_same_name(nurse, clerk):
    a_view(nurse, is_shared=True)

    at_desk(clerk).post(f"{VIEWS}new/", FORM | {"name": "My view"})

    assert SavedView.objects.filter(name="My view").count() == 2


def test_nobody_keeps_more_views_than_fit(staff, nurse):
    SavedView.objects.bulk_create(SavedView(owner=nurse, name=f"View {n}", view="open") for n in range(50))

    page = staff.post(f"{VIEWS}new/", FORM)

    assert (page.status_code, SavedView.objects.count()) == (422, 50)
    assert page.context["form"].non_field_errors() == ["You have 50 views. Delete one first."]
    assert len(staff.get(QUEUE).context["listing"].saved) == 20


HOSTILE = "<img src=x onerror=alert(1)>'\"&{{7*7}}%s"


def test_a_hostile_name_is_shown_as_text(staff, nurse):
    view = a_view(nurse, name=HOSTILE, is_shared=True)

    pages = [
        staff.get(url).content.decode()
        for url in (f"{QUEUE}?view={view.slug}", VIEWS, f"{VIEWS}{view.pk}/", f"{VIEWS}{view.pk}/delete/")
    ]

    assert ["<img" in page for page in pages] == [False] * 4
    assert ["&lt;img" in page for page in pages] == [True] * 4


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [("saved_view_has_a_name", {"name": ""}), ("saved_view_name_once_a_person", {"name": "MY VIEW"})],
)
def test_the_database_refuses(nurse, constraint, fields):
    a_view(nurse)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        a_view(nurse, **fields)


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


@pytest.mark.parametrize("url", [VIEWS, QUEUE])
def test_one_view_and_three_views_cost_the_same(staff, nurse, url):
    a_view(nurse)
    staff.get(url)
    one = queries(staff, url)
    for number in range(2):
        a_view(a_user("Triage nurse"), name=f"View {number}", is_shared=True)

    assert queries(staff, url) == one


def test_a_saved_view_goes_on_the_access_record_without_its_name(staff, nurse):
    inquiry = an_inquiry()

    opened(staff, a_view(nurse, name="Zimmer"))

    look = AccessLog.objects.get()
    assert (look.what, look.listed) == ("list", [inquiry.pk])


def test_a_view_that_does_not_stand_beside_the_list_opens_and_is_exported(staff, nurse, clerk):
    for number in range(20):
        a_view(clerk, name=f"A {number:02}", is_shared=True)
    mine = a_view(nurse, name="Mine", view="ended", columns=["phone"])
    an_inquiry()
    ended = an_inquiry(status="closed")

    listing = opened(staff, mine)
    file = staff.post(f"{QUEUE}export/?view={mine.slug}").content.decode()

    assert (listing.view.title, ids(listing), listing.about) == ("Mine", [ended], "1")
    assert [entry.view.title for entry in listing.saved if entry.is_chosen] == ["Mine"]
    assert (ended.reference in file, file.count("\n")) == (True, 2)
