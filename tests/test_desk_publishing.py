"""Publish, go back, withdraw: each once, each by those who may, each told."""

import re
import threading
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures import page, publishing, scheduling
from procedures.models import Edition, Explainer, Review, Section
from tests import desk, pages
from tests.builders import a_user

pytestmark = pytest.mark.django_db
PRICE = "It costs 7 dollars. {.own}"
UNPUBLISHED = "It costs 9 dollars. {.own}"


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


@pytest.fixture
def editor():
    return desk.signed_in("Editor")[0]


def change(words=PRICE, slot="cost"):
    Section.objects.filter(slot=slot).update(body=words)


def seen(client, explainer):
    return client.get(desk.url(explainer, "publish")).context["seen"]


def test_each_fault_leads_to_its_field(editor, explainer):
    change("It is safe. {.own}")
    Section.objects.filter(slot="questions").delete()
    Explainer.objects.update(lead="Nobody said this.")
    explainer.findings.filter(key="half").update(limits="It is the best.")

    response = editor.post(desk.url(explainer, "publish"), {"change_note": "Worse."})

    links = {failure.place: address.partition("#")[2] for failure, address in response.context["linked"]}
    assert response.status_code == 422
    assert links == {
        "lead": "id_lead",
        'section "cost"': "id_sections-11-body",
        'section "how-well", finding "half"': "id_findings-0-title",
        "page": "part-sections",
    }
    shown = editor.get(desk.url(explainer)).content.decode()
    assert all(f'id="{anchor}"' in shown for anchor in links.values())
    assert "“It is safe.”" in response.content.decode().replace("<q>", "“").replace("</q>", "”")


def test_a_source_without_an_address_leads_to_the_source(editor, explainer):
    page.models.Reference.objects.filter(key="TWO").update(size="")

    response = editor.get(desk.url(explainer, "publish"))

    ((_, address),) = response.context["linked"]
    assert address == f"/staff/procedures/reference/{page.models.Reference.objects.get(key='TWO').pk}/change/"


def test_pressing_twice_makes_one_edition(editor, explainer):
    change()
    data = {"change_note": "New price.", "seen": seen(editor, explainer)}
    first = editor.post(desk.url(explainer, "publish"), data)
    second = editor.post(desk.url(explainer, "publish"), data)

    assert (first.status_code, second.status_code) == (302, 422)
    assert "Nothing has changed since edition 2." in second.content.decode()
    assert Edition.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_edition(explainer):
    change()
    by = a_user("Editor")
    gate, numbers = threading.Barrier(2), []

    def press():
        gate.wait()
        numbers.append(publishing.publish(explainer, by=by, change_note="New price.").number)
        connection.close()

    tabs = [threading.Thread(target=press) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert (numbers, Edition.objects.count()) == ([2, 2], 2)


def test_words_that_were_not_seen_are_not_published(editor, explainer):
    change()
    data = {"change_note": "New price.", "seen": seen(editor, explainer)}
    change("It costs 9 dollars. {.own}")

    response = editor.post(desk.url(explainer, "publish"), data)

    assert response.status_code == 422
    assert "The draft was changed while this page was open." in response.content.decode()
    assert Edition.objects.count() == 1
    assert (
        editor.post(desk.url(explainer, "publish"), data | {"seen": response.context["seen"]}).status_code
        == 302
    )


def test_publishing_shows_what_readers_would_see_differ(editor, explainer):
    change()

    response = editor.get(desk.url(explainer, "publish"))

    assert [part.title for part in response.context["comparison"].differences] == ["Section: What it costs"]
    assert Edition.objects.count() == 1


def test_going_back_publishes_the_old_words_and_sets_the_draft(editor, explainer):
    first, old = explainer.current_edition, page.own(explainer)
    change()
    publishing.publish(explainer, change_note="New price.")

    looked = editor.get(desk.url(first, "publish-again"))
    response = editor.post(desk.url(first, "publish-again"))

    again = Edition.objects.get(number=3)
    assert (looked.status_code, response.status_code) == (200, 302)
    assert desk.said(response) == ["Sample block, edition 3 is published with the words of edition 1."]
    assert again.change_note == "Back to edition 1: First version."
    assert (again.content_hash, again.html) == (first.content_hash, first.html)
    assert page.own(Explainer.objects.get()) == old
    assert Section.objects.filter(slot="cost").get().body == "You can ask for a written price [@TWO]."


@pytest.fixture
def with_draft(explainer):
    """Two editions, and changes that are in the draft only; the first edition."""
    first = explainer.current_edition
    change()
    publishing.publish(explainer, change_note="New price.")
    change(UNPUBLISHED)
    return first


def cost():
    return Section.objects.get(slot="cost").body


def test_going_back_says_that_the_draft_will_be_lost_and_asks(editor, explainer, with_draft):
    response = editor.get(desk.url(with_draft, "publish-again"))

    shown = response.content.decode()
    assert "The draft has changes that are not published. Going back throws them away" in shown
    assert f'href="{desk.url(explainer, "differences")}?old=2&amp;new=draft"' in shown
    assert "Throw the draft" in shown


def test_without_the_tick_the_draft_stays(editor, with_draft):
    looked = editor.get(desk.url(with_draft, "publish-again"))
    response = editor.post(desk.url(with_draft, "publish-again"), {"seen": looked.context["seen"]})

    assert response.status_code == 422
    assert response.context["form"].errors == {"throw_away": ["Confirm that the draft's changes may be lost"]}
    assert (cost(), Edition.objects.count()) == (UNPUBLISHED, 2)


def test_with_the_tick_the_draft_is_set_to_the_old_words(editor, with_draft):
    looked = editor.get(desk.url(with_draft, "publish-again"))
    tick = {"seen": looked.context["seen"], "throw_away": "on"}
    response = editor.post(desk.url(with_draft, "publish-again"), tick)

    assert desk.said(response) == ["Sample block, edition 3 is published with the words of edition 1."]
    assert cost() == "You can ask for a written price [@TWO]."


@pytest.mark.parametrize("was", [PRICE, UNPUBLISHED])
def test_a_draft_that_the_page_did_not_show_is_not_thrown_away(editor, with_draft, was):
    change(was)
    looked = editor.get(desk.url(with_draft, "publish-again"))
    change("It costs 11 dollars. {.own}")

    tick = {"seen": looked.context["seen"], "throw_away": "on"}
    response = editor.post(desk.url(with_draft, "publish-again"), tick)

    assert response.status_code == 422
    assert "The draft was changed while this page was open. Look at what differs" in response.content.decode()
    assert (cost(), Edition.objects.count()) == ("It costs 11 dollars. {.own}", 2)


@pytest.mark.parametrize("words", [PRICE, "You can ask for a written price [@TWO]."])
def test_a_draft_whose_words_are_kept_anyway_needs_no_tick(editor, with_draft, words):
    change(words)

    looked = editor.get(desk.url(with_draft, "publish-again"))

    assert "throw" not in looked.content.decode()
    assert editor.post(desk.url(with_draft, "publish-again")).status_code == 302


def a_plan(explainer):
    at = publishing.timezone.now() + publishing.timedelta(hours=1)
    return scheduling.set_aside(explainer, by=a_user("Editor"), publish_at=at, change_note="Newer.")


def test_going_back_says_that_a_plan_waits_and_will_fail(editor, explainer, with_draft):
    before = editor.get(desk.url(with_draft, "publish-again")).content.decode()
    a_plan(explainer)

    shown = editor.get(desk.url(with_draft, "publish-again")).content.decode()

    assert "planned" not in before
    assert "Words are planned to be published on " in shown
    assert "After you go back, they will not be" in shown
    assert f'href="{desk.url(explainer, "take-back")}"' in shown


def test_a_plan_of_the_same_words_does_not_fail(editor, explainer, with_draft):
    change("You can ask for a written price [@TWO].")
    a_plan(explainer)

    shown = editor.get(desk.url(with_draft, "publish-again")).content.decode()

    assert "Words are planned to be published on " in shown
    assert "they will not be" not in shown


def test_going_back_is_offered_on_older_editions_only(editor, explainer, with_draft):
    clinician, _ = desk.signed_in("Clinician", credential="MD")
    newest = explainer.current_edition

    offered = [
        desk.url(edition, "publish-again") in client.get(desk.url(edition)).content.decode()
        for client, edition in ((editor, with_draft), (editor, newest), (clinician, with_draft))
    ]

    assert offered == [True, False, False]


def test_a_review_of_the_old_words_holds_for_the_edition_that_goes_back_to_them(explainer):
    first = explainer.current_edition
    clinician = a_user("Clinician", first_name="Ada", last_name="Sample", credential="MD")
    today = publishing.local_today()
    publishing.record_review(
        first, by=clinician, reviewed_on=today, next_due=today + publishing.timedelta(30)
    )
    change()
    publishing.publish(explainer, change_note="New price.")

    again = publishing.publish_again(first, by=a_user("Editor"))

    assert Edition.objects.with_page_parts().get(pk=again.pk).review["name"] == "Ada Sample"
    assert Review.objects.count() == 1


def test_going_back_runs_the_checks_of_today(editor, explainer):
    first = explainer.current_edition
    change()
    publishing.publish(explainer, change_note="New price.")
    draft = page.own(Explainer.objects.get())
    page.models.Reference.objects.filter(key="TWO").update(study_type="")

    response = editor.post(desk.url(first, "publish-again"))

    assert response.status_code == 422
    assert [str(failure) for failure in response.context["failures"]] == [
        "reference TWO: needs the type and the size of the study (E7)"
    ]
    assert Edition.objects.count() == 2
    assert page.own(Explainer.objects.get()) == draft


def test_going_back_to_the_newest_edition_is_refused(editor, explainer):
    response = editor.post(desk.url(explainer.current_edition, "publish-again"))

    assert response.status_code == 422
    assert "This is the newest edition already." in response.content.decode()


@pytest.mark.parametrize("role", [*desk.OTHERS, "Clinician"])
def test_nobody_else_goes_back(explainer, role):
    client, _ = desk.signed_in(role)

    assert client.get(desk.url(explainer.current_edition, "publish-again")).status_code == 403
    assert client.post(desk.url(explainer.current_edition, "publish-again")).status_code == 403


def test_a_withdrawn_page_is_not_public_and_comes_back(editor, explainer):
    address = explainer.get_absolute_url()

    assert editor.get(desk.url(explainer, "withdraw")).status_code == 200
    assert editor.get(address).status_code == 200
    assert editor.post(desk.url(explainer, "withdraw")).status_code == 302
    gone = editor.get(address)
    assert gone.status_code == 410
    assert 'href="/procedures/"' in gone.content.decode()
    assert editor.post(desk.url(explainer, "withdraw")).status_code == 422
    assert editor.get(desk.url(explainer, "bring-back")).status_code == 200
    assert editor.get(address).status_code == 410
    assert editor.post(desk.url(explainer, "bring-back")).status_code == 302
    assert editor.get(address).status_code == 200
    assert editor.post(desk.url(explainer, "bring-back")).status_code == 422


def a_page_that_leads(slug, *texts, related=()):
    """A published condition with these texts, the first as its lead."""
    other = Explainer.objects.create(
        slug=slug, kind="condition", plain_name=slug.title(), medical_name=slug.title()
    )
    other.related.set(related)
    sections = [{"slot": f"part-{number}", "heading": "", "body": text} for number, text in enumerate(texts)]
    words = replace(page.from_json({"sections": sections}), lead=texts[0] if texts else "")
    Edition.objects.create(explainer=other, number=1, plain_name=slug.title(), content=words.as_json())
    return other


def leading_lines(client, explainer):
    markup = client.get(desk.url(explainer, "withdraw")).content.decode()
    part = markup.partition('id="leading"')[2].partition("</section>")[0]
    return re.findall(r'<li><a href="([^"]+)">([^<]+)</a>: (.*?)</li>', part), part


def test_withdrawing_lists_what_leads_to_the_page(editor, explainer):
    way = "See [this](/procedures/sample-block/#risks)."
    hip = a_page_that_leads("hip", "No way.", f"{way} And [on paper](/procedures/sample-block/leaflet.pdf).")
    knee = a_page_that_leads("knee", related=[explainer])
    back = a_page_that_leads("back", way, related=[explainer])
    a_page_that_leads("other", "See [it](/conditions/sample-block/) and [that](/procedures/sample-block-2/).")
    gone = a_page_that_leads("gone", way)
    publishing.withdraw(gone)

    lines, _ = leading_lines(editor, explainer)

    assert lines == [
        (desk.url(back), "Back", "link in lead, section &quot;part-0&quot;; names it as a related page"),
        (desk.url(hip), "Hip", "link in section &quot;part-1&quot;"),
        (desk.url(knee), "Knee", "names it as a related page"),
    ]


def test_withdrawing_says_when_nothing_leads_to_the_page(editor, explainer):
    lines, part = leading_lines(editor, explainer)

    assert lines == []
    assert "No published page leads to it." in part


def test_the_words_that_readers_have_count_not_the_draft(editor, explainer):
    hip = a_page_that_leads("hip", "See [this](/procedures/sample-block/).")
    Explainer.objects.filter(pk=hip.pk).update(lead="The link is out.")

    assert [name for _, name, _ in leading_lines(editor, explainer)[0]] == ["Hip"]


def test_more_pages_that_lead_cost_no_more_queries(editor, explainer):
    a_page_that_leads("one", "See [this](/procedures/sample-block/).")
    leading_lines(editor, explainer)
    with CaptureQueriesContext(connection) as first:
        leading_lines(editor, explainer)
    a_page_that_leads("two", "See [this](/procedures/sample-block/).", related=[explainer])
    a_page_that_leads("three", related=[explainer])
    with CaptureQueriesContext(connection) as second:
        leading_lines(editor, explainer)

    assert len(second) == len(first)


def test_editing_and_publishing_move_no_review(editor, explainer):
    clinician = a_user("Clinician", credential="MD", first_name="Ada")
    today = publishing.local_today()
    days = {"reviewed_on": today, "next_due": today + publishing.timedelta(30)}
    publishing.record_review(explainer.current_edition, by=clinician, **days)
    before = list(Review.objects.values())

    data = desk.opened(editor, explainer) | {"lead": "It may help for a time [@ONE20]."}
    editor.post(desk.url(explainer), data)
    reviewed = Edition.objects.with_page_parts().get(number=1).review
    publishing.publish(explainer, change_note="New words.")

    assert list(Review.objects.values()) == before
    assert (reviewed["reviewed_on"], reviewed["next_due"]) == (today, today + publishing.timedelta(30))
    assert Edition.objects.with_page_parts().get(number=2).review is None
    assert Edition.objects.with_page_parts().get(number=1).review == reviewed


def test_a_reviewer_sees_what_changed_since_the_last_review(explainer):
    client, clinician = desk.signed_in("Clinician", credential="MD", first_name="Ada")
    today = publishing.local_today()
    first = explainer.current_edition
    days = {"reviewed_on": today, "next_due": today + publishing.timedelta(30)}
    publishing.record_review(first, by=clinician, **days)
    change()
    publishing.publish(explainer, change_note="New price.")
    change("It costs 9 dollars. {.own}")
    third = publishing.publish(explainer, change_note="Newer price.")

    response = client.get(desk.url(third, "review"))

    (part,) = response.context["comparison"].differences
    assert (part.title, response.context["old_name"]) == ("Section: What it costs", "Edition 1")
    assert "9 dollars" in part.new
    assert "comparison" not in client.get(desk.url(first, "review")).context


def test_the_hash_of_words_is_of_all_words(explainer):
    words = page.own(explainer)

    assert scheduling.words_hash(page.with_shared(words)) == scheduling.words_hash(words)
    assert scheduling.edition_hash(explainer.current_edition) == scheduling.words_hash(words)
