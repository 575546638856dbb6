"""Editors write a new version of the safety text; its signs keep their keys; a clinician signs it off."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procedures import safety_items, safety_text
from procedures.models import SafetyText
from procedures.safety_items import PARTS, Change, differences, new_key
from requests.actions.rules import retire
from requests.rules.checks import signs_named
from tests.builders import ROLES, a_user, safety_body
from tests.rules import a_live_rule, first_rules
from tests.safety import a_version, posted, signed

pytestmark = pytest.mark.django_db

NEW = reverse("admin:procedures_safetytext_new-version")
HELD = [("emergency", "saddle"), ("emergency", "accident_chest"), ("urgent", "fever"), ("urgent", "lump")]


@pytest.fixture
def first():
    return safety_text.load()[0]


@pytest.fixture
def editor(client):
    editor = a_user("Editor")
    client.force_login(editor)
    return editor


def save(client, base, **changes):
    return client.post(
        NEW, posted(base, **{name.replace("__", "-"): value for name, value in changes.items()})
    )


def newest():
    return SafetyText.objects.first()


def keys(text, part="urgent"):
    return [item["key"] for item in text.body[part]["items"]]


def errors(response):
    form = response.context["form"]
    return [str(error) for errors in form.errors.values() for error in errors]


def test_all_words_are_fields_of_the_page(client, editor, first):
    page = client.get(NEW)
    values = [str(page.context["form"][name].value()) for name in page.context["form"].fields]

    words = [change.after for change in differences(safety_body(), safety_body() | {"x": 1})]
    for part in PARTS:
        card = part.of(first.body)
        words += [card["heading"], card["intro"], *(item["text"] for item in card["items"])]
        words += [item["question"] for item in card["items"] if part.asked]
        words += ["\n".join(card["advice"])] if "advice" in card else []
    assert [word for word in [*words, first.crisis["text"]] if word not in values] == []


def test_a_changed_word_is_a_new_version_and_the_old_one_stays(client, editor, first):
    old = first.body

    response = save(client, first, urgent__fever__text="fever or chills")

    second = newest()
    assert (second.version, second.created_by, second.change_note) == (2, editor, "A clearer word.")
    assert second.urgent["items"][0]["text"] == "fever or chills"
    assert SafetyText.objects.get(version=1).body == old
    assert response["Location"] == reverse("admin:procedures_safetytext_change", args=[second.pk])


def test_everything_else_of_the_version_is_as_before(client, editor, first):
    save(client, first, urgent__fever__text="fever or chills")

    assert differences(first.body, newest().body) == [
        Change("Urgent card, sign fever", "fever, chills, or you feel very unwell", "fever or chills")
    ]


def test_the_editor_is_told_what_patients_see(client, editor, first):
    signed(first)

    response = save(client, first, urgent__fever__text="fever or chills")

    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Safety text, version 2 is saved. Patients see Safety text, version 1 until a clinician signs it off."
    ]


def test_before_any_sign_off_the_list_says_which_words_patients_see(client, editor, first):
    save(client, first, urgent__fever__text="fever or chills")

    page = client.get(reverse("admin:procedures_safetytext_changelist")).content.decode()

    assert "Until one does, patients see version 1, from the content files." in page


def test_looking_at_the_page_writes_nothing(client, editor, first):
    assert client.get(NEW).status_code == 200
    assert SafetyText.objects.count() == 1


# Keys of signs


def test_a_new_sign_gets_a_new_key_and_its_place(client, editor, first):
    new = {"text": "a very stiff neck", "question": "You have a very stiff neck", "place": "2"}

    save(client, first, **{f"urgent__new__0__{name}": value for name, value in new.items()})

    assert keys(newest())[:3] == ["fever", "cancer", "very_stiff_neck"]
    assert newest().urgent["items"][2] == {
        "key": "very_stiff_neck",
        "text": new["text"],
        "question": new["question"],
    }


def test_a_key_is_never_used_again_for_another_sign(client, editor, first):
    second = a_version(first, item={"key": "very_stiff_neck", "text": "old", "question": "Old"})
    third = safety_text.write(first.body, base=second, by=editor, change_note="Taken out.")

    save(
        client,
        third,
        urgent__new__0__text="a very stiff neck",
        urgent__new__0__question="You have a very stiff neck",
    )

    assert keys(newest())[-1] == "very_stiff_neck_2"


@pytest.mark.parametrize(
    ("text", "key"),
    [("None", "none_2"), ("", "sign"), ("\u75db\u307f", "sign"), ("a " * 80, "sign"), ("pain! <b>now</b>", "pain_now"),
     ("x" * 200, "x" * 36)],
)  # fmt: skip
def test_keys_are_short_plain_and_not_reserved(text, key):
    assert new_key(text, set()) == key


def test_two_new_signs_with_the_same_words_get_two_keys(client, editor, first):
    both = {f"after_expected__new__{number}__text": "a dull ache for some hours" for number in range(2)}

    save(client, first, **both)

    added = [item["key"] for item in newest().after["expected"]["items"]][-2:]
    assert added == ["dull_ache_for_some", "dull_ache_for_some_2"]


@pytest.mark.parametrize(("part", "key"), HELD)
def test_a_sign_that_something_relies_on_cannot_be_taken_out(client, editor, first, part, key):
    assert f"{part}-{key}-remove" not in client.get(NEW).context["form"].fields

    response = client.post(NEW, posted(first, **{f"{part}-{key}-remove": "on", "urgent-fever-text": "fever"}))

    title = next(each.title for each in PARTS if each.name == part)
    assert response.status_code == 422
    assert errors(response) == [
        f"{title}: the sign {key} stays, because the request form or a rule for flags relies on it"
    ]
    assert SafetyText.objects.count() == 1


def test_a_sign_that_nothing_relies_on_can_be_taken_out(client, editor, first):
    save(client, first, after_same_day__sugar__remove="on")

    assert "sugar" not in [item["key"] for item in newest().after["same_day"]["items"]]


def test_every_sign_that_a_rule_names_is_held():
    first_rules()
    named = signs_named()

    assert len(named) == 8
    assert [key for key in named if not safety_items.is_held("urgent", key)] == []


def test_a_sign_that_a_live_rule_looks_for_is_held_as_long_as_it_does(client, editor, first):
    item = {"key": "numb_toes", "text": "your toes are numb", "question": "Your toes are numb"}
    signed(a_version(first, item=item))
    clinician = a_user("Clinician")
    rule = a_live_rule(
        clinician,
        words="Toes",
        condition={"key": "urgent", "is": "ticked", "values": ["numb_toes"]},
        samples=[
            {"answers": {"urgent": ["numb_toes"]}, "raises": True},
            {"answers": {"urgent": ["none"]}, "raises": False},
        ],
    )

    response = client.post(NEW, posted(newest(), **{"urgent-numb_toes-remove": "on"}))
    assert errors(response) == [
        "Urgent card: the sign numb_toes stays, because the request form or a rule for flags relies on it"
    ]

    retire(rule, by=clinician)
    assert client.post(NEW, posted(newest(), **{"urgent-numb_toes-remove": "on"})).status_code == 302
    assert "numb_toes" not in keys(newest())


def test_a_key_cannot_be_renamed_by_a_hand_made_request(client, editor, first):
    response = client.post(
        NEW,
        posted(
            first, **{"urgent-fever-key": "other", "urgent-other-text": "x", "urgent-fever-text": "fever"}
        ),
    )

    assert response.status_code == 302
    assert keys(newest()) == keys(first)


def test_signs_are_put_in_another_order(client, editor, first):
    save(client, first, urgent__lump__place="1", urgent__fever__place="9")

    assert keys(newest())[:2] == ["lump", "cancer"]
    assert keys(newest())[-1] == "fever"
    assert set(keys(newest())) == set(keys(first))


# What is refused


def without(words: str) -> str:
    """The advice of the emergency card, less the line with these words."""
    return "\n".join(line for line in safety_body()["emergency"]["advice"] if words not in line)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("urgent-fever-text", "", "Enter the words of this sign"),
        ("urgent-fever-question", " ", "Enter the words of this sign"),
        ("urgent-fever-text", "x" * 251, "Make it shorter: at most 250 characters"),
        ("urgent-fever-text", "fever\u202e", "Type this again: it has a character that does not show"),
        ("urgent-fever-place", "zero", "Enter a number from 1 to 99"),
        ("urgent-fever-place", "0", "Enter a number from 1 to 99"),
        ("urgent-heading", "Call us", "The heading must end in the word if; the lines under it finish its sentence"),
        ("emergency-heading", "Go to a hospital if", "The heading must begin with: Call 911"),
        ("emergency-heading", "Call us, or 911, if", "The heading must begin with: Call 911"),
        ("emergency-advice", without("now. Do not wait"), "The advice must say to go now and not to wait for us"),
        ("emergency-advice", without("single sign"), "The advice must say that one sign is enough"),
        ("emergency-advice", without("urgent care"), "The advice must say to go to an emergency room, not to urgent care"),
        ("emergency-advice", without("drive"), "The advice must say not to drive"),
        ("emergency-advice", without("cauda equina"), "The advice must say the words cauda equina syndrome"),
        ("emergency-advice", without("rare"), "The advice must say how rare it is, and what a delay can leave"),
        ("emergency-advice", without("later"), "The advice must say that the signs can also start later"),
        ("after_emergency-heading", "Go to a hospital if", "The heading must begin with: Call 911"),
        ("crisis", "Call somebody.", "Name the crisis line: 988"),
        ("urgent-sources", "NOBODY99", "There is no source with the key NOBODY99"),
        ("urgent-new-0-text", "a stiff neck", "Enter how the request form asks for the new sign"),
        ("urgent-new-0-question", "A stiff neck", "Enter the words of the new sign for the card"),
        ("change_note", "", "Enter what changed, and why"),
    ],
)  # fmt: skip
def test_a_fault_is_named_and_nothing_is_saved(client, editor, first, field, value, error):
    response = client.post(NEW, posted(first, **{field: value}))

    assert (response.status_code, errors(response)) == (422, [error])
    assert SafetyText.objects.count() == 1


def test_words_that_are_too_hard_are_refused_with_their_sentence(client, editor, first):
    words = "you perceive " + "progressively deteriorating neurological symptomatology " * 4

    response = save(client, first, urgent__fever__text=words.strip())

    assert response.status_code == 422
    assert [error for error in errors(response) if "grade" in error or "words" in error] != []


def test_without_a_change_there_is_no_version(client, editor, first):
    response = save(client, first)

    assert (response.status_code, errors(response)) == (422, ["Nothing has changed."])


def test_two_editors_at_once_do_not_undo_each_other(client, editor, first):
    page = posted(first, **{"urgent-fever-text": "fever or chills"})
    a_version(first, intro="new words stand here:")

    response = client.post(NEW, page)

    assert (response.status_code, len(errors(response))) == (422, 1)
    assert "Somebody saved another version" in errors(response)[0]
    assert response.context["form"]["urgent-fever-text"].value() == "fever or chills"


def test_a_second_click_makes_no_second_version(client, editor, first):
    page = posted(first, **{"urgent-fever-text": "fever or chills"})

    assert [client.post(NEW, page).status_code for _ in range(2)] == [302, 422]
    assert SafetyText.objects.count() == 2


@pytest.mark.parametrize("base", ["", "x", "999", "-1", "\u0661", "9" * 40])
def test_an_odd_base_is_taken_as_the_newest(client, editor, first, base):
    assert client.post(NEW, posted(first, base=base)).status_code == 422


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Editor"])
def test_nobody_but_an_editor_writes_a_version(client, first, role):
    client.force_login(a_user(role))

    assert client.get(NEW).status_code == 403
    assert client.post(NEW, posted(first)).status_code == 403
    assert SafetyText.objects.count() == 1


def test_somebody_unknown_is_sent_to_sign_in(client, first):
    assert client.get(NEW).status_code == 302


# Comparing and signing off


def change_url(text, verb="change"):
    return reverse(f"admin:procedures_safetytext_{verb}", args=[text.pk])


def test_a_version_shows_what_differs_from_the_one_before(client, editor, first):
    second = a_version(first, intro="new words stand here:")

    page = client.get(change_url(second))

    assert page.context["changes"] == [
        Change("Urgent card, intro", first.urgent["intro"], "new words stand here:")
    ]
    assert page.context["compared_with"] == first


def test_the_clinician_sees_what_differs_from_what_patients_see(client, first):
    signed(first)
    second = a_version(first, intro="second words stand here:")
    third = a_version(second, intro="third words stand here:")
    client.force_login(a_user("Clinician", credential="MD"))

    page = client.get(change_url(third, "sign-off"))

    assert page.context["compared_with"] == first
    assert [change.after for change in page.context["changes"]] == ["third words stand here:"]


def test_an_added_and_a_removed_sign_show_as_such():
    old = safety_body()
    items = [*old["urgent"]["items"][1:], {"key": "neck", "text": "a stiff neck", "question": "A stiff neck"}]
    new = old | {"urgent": old["urgent"] | {"items": items}}

    found = [(change.place, bool(change.before), bool(change.after)) for change in differences(old, new)]

    assert found == [
        ("Urgent card, sign neck", False, True),
        ("Urgent card, sign neck in the request form", False, True),
        ("Urgent card, order of the signs", True, True),
        ("Urgent card, sign fever", True, False),
        ("Urgent card, sign fever in the request form", True, False),
    ]


def test_sign_off_is_offered_only_where_it_can_be_done(client, first):
    second = a_version(signed(first), intro="new words stand here:")
    clinician = a_user("Clinician", credential="MD")
    client.force_login(clinician)
    offered = [client.get(change_url(text)).context["may_sign_off"] for text in (first, second)]
    client.force_login(a_user("Editor"))

    assert [*offered, client.get(change_url(second)).context["may_sign_off"]] == [False, True, False]


def test_the_list_of_versions_costs_the_same_with_more(client, editor, first, django_assert_num_queries):
    url = reverse("admin:procedures_safetytext_changelist")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    a_version(a_version(first, intro="new words stand here:"), intro="and newer words here:")

    with django_assert_num_queries(len(one)):
        client.get(url)
