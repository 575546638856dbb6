"""Versions of rules: what the database holds, and the verbs that write, put live and retire them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.db.utils import InternalError
from django.utils import timezone

from requests.actions import NotAllowed, SomebodyWasFaster
from requests.actions import rules as verbs
from requests.models import Rule, RuleVersion
from requests.rules import first

from .builders import a_safety_text, a_user
from .rules import LUMBAR, LUMBAR_SAMPLES, a_clinician, a_draft, a_live_rule, first_rules, said

pytestmark = pytest.mark.django_db


@contextmanager
def refused(kind, words):
    with pytest.raises(kind, match=words), transaction.atomic():
        yield


def live(slug="fever"):
    return RuleVersion.objects.get(rule__slug=slug, state="live")


def row(**fields):
    """A draft of a rule of its own, as it may be written."""
    plain = {
        "rule": fields.pop("rule", None) or Rule.objects.create(slug="plain"),
        "number": 1, "condition": LUMBAR, "severity": "note", "words": "Words", "source": "Source",
        "written_by": a_clinician(),
    }  # fmt: skip
    return RuleVersion(**plain | fields)


# What the database holds


@pytest.mark.parametrize("slug", ["", "Fever", "new-rule", "a b", "_a", "a_", "é"])
def test_a_rule_has_a_plain_name(slug):
    with refused(IntegrityError, "rule_slug_is_plain"):
        Rule.objects.create(slug=slug)


def test_a_rule_has_its_name_once_and_keeps_it():
    with refused(IntegrityError, "slug"):
        Rule.objects.create(slug="fever")
    with refused(InternalError, "Cannot update or delete"):
        Rule.objects.filter(slug="fever").update(slug="cold")
    with refused(InternalError, "Cannot update or delete"):
        Rule.objects.filter(pk=Rule.objects.create(slug="alone").pk).delete()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("rule_version_known_severity", {"severity": "mild"}),
        ("rule_version_says_something", {"words": ""}),
        ("rule_version_says_something", {"source": ""}),
        ("rule_version_state_has_its_dates", {"live_at": timezone.now(), "written_by": None}),
        ("rule_version_live_by_somebody", {"live_by": 1}),
        ("rule_version_retired_by_somebody", {"retired_by": 1}),
    ],
)
def test_an_impossible_version_is_refused(constraint, fields):
    people = {name: a_clinician() for name in fields if name in ("live_by", "retired_by")}
    with refused(IntegrityError, constraint):
        row(**fields | people).save()


def test_a_number_is_given_once_a_rule():
    first_one = row()
    first_one.save()

    with refused(IntegrityError, "rule_version_number_once"):
        row(rule=first_one.rule).save()


def test_one_version_of_a_rule_is_live():
    second = row(rule=live().rule, number=2)
    second.save()
    now = {"state": "live", "live_at": timezone.now(), "live_by": a_clinician()}

    with refused(IntegrityError, "rule_version_live_once"):
        RuleVersion.objects.filter(pk=second.pk).update(**now)


@pytest.mark.parametrize("state", ["live", "retired", "unheard"])
def test_a_version_begins_as_a_draft(state):
    with refused(InternalError, "Cannot insert"):
        row(state=state, live_at=timezone.now(), retired_at=timezone.now()).save()


@pytest.mark.parametrize(("old", "new"), [("draft", "retired"), ("live", "draft"), ("retired", "live"), ("retired", "draft")])  # fmt: skip
def test_a_version_goes_live_once_and_is_retired_once(old, new):
    version, by, now = live(), a_clinician(), timezone.now()
    if old == "draft":
        version = row()
        version.save()
    if old == "retired":
        verbs.retire(version, by=by)
    dates = {"live_at": now, "live_by": by, "retired_at": now, "retired_by": by}
    if new == "draft":
        dates = dict.fromkeys(dates)
    if new == "live":
        dates |= {"retired_at": None, "retired_by": None}

    with refused(InternalError, "(Invalid transition|Cannot update)"):
        RuleVersion.objects.filter(pk=version.pk).update(state=new, **dates)


def test_a_version_made_by_people_goes_live_by_somebody():
    version = row()
    version.save()

    with refused(IntegrityError, "rule_version_live_by_somebody"):
        RuleVersion.objects.filter(pk=version.pk).update(state="live", live_at=timezone.now())


def test_a_version_is_retired_by_somebody():
    with refused(IntegrityError, "rule_version_retired_by_somebody"):
        RuleVersion.objects.filter(pk=live().pk).update(state="retired", retired_at=timezone.now())


@pytest.mark.parametrize(
    "change",
    [
        {"number": 7}, {"condition": {"key": "urgent", "is": "ticked", "values": ["lump"]}}, {"severity": "note"},
        {"words": "Other"}, {"tells": "anything_else"}, {"source": "Other"}, {"samples": []}, {"why": "Other"},
        {"written_at": timezone.now()}, {"live_at": timezone.now()},
    ],
)  # fmt: skip
@pytest.mark.parametrize("state", ["live", "retired"])
def test_what_a_version_says_never_changes(change, state):
    version = live()
    if state == "retired":
        verbs.retire(version, by=a_clinician())

    with refused(InternalError, "Cannot update"):
        RuleVersion.objects.filter(pk=version.pk).update(**change)


def test_people_and_days_of_a_version_never_change():
    version, other = live(), a_clinician()
    verbs.retire(version, by=a_clinician())

    for change in (
        {"written_by": other},
        {"live_by": other},
        {"retired_by": other},
        {"retired_at": timezone.now()},
    ):
        with refused(InternalError, "Cannot update"):
            RuleVersion.objects.filter(pk=version.pk).update(**change)


def test_no_version_is_deleted():
    with refused(InternalError, "Cannot delete"):
        RuleVersion.objects.filter(pk=live().pk).delete()


# Verbs


def test_a_new_rule_is_a_draft_with_its_author():
    clinician = a_clinician()

    version = verbs.write_rule(said(), by=clinician)

    assert (version.rule.slug, version.number, version.state) == ("lower_back", 1, "draft")
    assert (version.written_by, version.live_by, version.live_at) == (clinician, None, None)


def test_a_rule_never_takes_the_name_of_another_or_of_a_sign():
    text = a_safety_text()
    item = {"key": "numb_toes", "text": "Numb toes", "question": "Numb toes?"}
    body = {**text.body, "urgent": {**text.body["urgent"], "items": [*text.body["urgent"]["items"], item]}}
    type(text).objects.create(version=text.version + 1, body=body, body_hash="1" * 64)

    slugs = [
        verbs.write_rule(said(words=words), by=a_clinician()).rule.slug
        for words in ("Numb toes", "Fever!", "Numb toes", "Red flag changed", "?!", "none")
    ]

    assert slugs == ["numb_toes_2", "fever_2", "numb_toes_3", "red_flag_changed_2", "sign", "none_2"]


def test_putting_live_retires_the_version_before_in_the_same_breath():
    clinician, draft = a_clinician(), a_draft("fever", a_clinician())

    verbs.put_live(draft, instead_of=1, by=clinician)

    rows = RuleVersion.objects.filter(rule__slug="fever").order_by("number")
    assert [(each.number, each.state, each.live_by, each.retired_by) for each in rows] == [
        (1, "retired", None, clinician),
        (2, "live", clinician, None),
    ]


def test_a_retired_rule_comes_back_as_another_version():
    clinician = a_clinician()
    verbs.retire(live(), by=clinician)
    draft = a_draft("fever", clinician)

    verbs.put_live(draft, instead_of=None, by=clinician)

    assert (live().number, live().live_by) == (2, clinician)


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        ([], "Add a sample whose answers should raise it."),
        (LUMBAR_SAMPLES[:1], "Add a sample whose answers should not raise it."),
        (LUMBAR_SAMPLES[1:], "Add a sample whose answers should raise it."),
        ([*LUMBAR_SAMPLES, {"answers": {"pain_areas": ["groin"]}, "raises": True}],
         "A sample gives another result than expected. Write a version that passes."),
    ],
)  # fmt: skip
def test_a_version_that_its_samples_do_not_prove_stays_a_draft(samples, words):
    clinician = a_clinician()
    draft = a_draft("fever", clinician, samples=samples)

    with pytest.raises(NotAllowed) as error:
        verbs.put_live(draft, instead_of=1, by=clinician)

    assert str(error.value) == words
    assert live().number == 1


def test_a_version_about_a_question_that_is_gone_stays_a_draft():
    rule = Rule.objects.create(slug="old")
    draft = row(rule=rule, condition={"key": "shoe_size", "is": "not_empty"}, samples=[])
    draft.save()

    with pytest.raises(NotAllowed, match="The form has no question “shoe_size”"):
        verbs.put_live(draft, instead_of=None, by=a_clinician())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"condition": {"key": "shoe_size", "is": "not_empty"}}, "no question “shoe_size”"),
        ({"condition": {"all": []}}, "needs a list of conditions"),
        ({"tells": "shoe_size"}, "no question “shoe_size”"),
        ({"samples": [{"answers": {"shoe_size": "9"}, "raises": True}]}, "answers “shoe_size”"),
        (
            {"samples": [{"answers": {"pain_areas": ["nose"]}, "raises": True}]},
            "an answer that it cannot have",
        ),
        (
            {"samples": [{"answers": {"pain_areas": "groin"}, "raises": True}]},
            "an answer that it cannot have",
        ),
        ({"samples": [{"answers": {"peg_pain": 11}, "raises": True}]}, "an answer that it cannot have"),
        ({"samples": [{"answers": {}}]}, "no sample"),
        ({"samples": [{"answers": {}, "raises": "yes"}]}, "no sample"),
        ({"samples": LUMBAR_SAMPLES * 11}, "at most 20 samples"),
    ],
)
def test_nonsense_is_not_even_a_draft(fields, words):
    with pytest.raises(NotAllowed, match=words):
        verbs.write_rule(said(**fields), by=a_clinician())

    assert Rule.objects.count() == len(first.ROWS)


def test_only_the_newest_version_goes_live_and_only_once():
    clinician = a_clinician()
    older, newer = a_draft("fever", clinician), a_draft("fever", clinician, words="Newer")

    with pytest.raises(NotAllowed, match="Only the newest version"):
        verbs.put_live(older, instead_of=1, by=clinician)
    verbs.put_live(newer, instead_of=1, by=clinician)
    with pytest.raises(NotAllowed, match="Only the newest version"):
        verbs.put_live(newer, instead_of=3, by=clinician)
    with pytest.raises(SomebodyWasFaster):
        verbs.put_live(newer, instead_of=1, by=clinician)

    assert live().number == 3


def test_what_was_seen_live_must_still_be_live():
    clinician, draft = a_clinician(), a_draft("fever", a_clinician())
    verbs.retire(live(), by=clinician)

    with pytest.raises(SomebodyWasFaster):
        verbs.put_live(draft, instead_of=1, by=clinician)


@pytest.mark.parametrize("state", ["draft", "retired"])
def test_only_a_live_version_is_retired(state):
    clinician, version = a_clinician(), live()
    if state == "draft":
        version = a_draft("fever", clinician)
    else:
        verbs.retire(version, by=clinician)

    with pytest.raises(SomebodyWasFaster):
        verbs.retire(version, by=clinician)


def test_two_editors_at_once_lose_nothing():
    one, other = a_clinician(), a_clinician()
    rule = live().rule
    verbs.write_version(rule, said(words="Mine"), after=1, by=one)

    with pytest.raises(SomebodyWasFaster):
        verbs.write_version(rule, said(words="Theirs"), after=1, by=other)
    verbs.write_version(rule, said(words="Theirs"), after=2, by=other)

    assert list(rule.versions.order_by("number").values_list("words", flat=True)) == [
        "Fever, chills or very unwell", "Mine", "Theirs",
    ]  # fmt: skip


def test_the_same_words_are_no_new_version():
    clinician = a_clinician()
    draft = a_draft("fever", clinician)

    with pytest.raises(NotAllowed, match="Nothing has changed"):
        verbs.write_version(draft.rule, said(why="Once more"), after=2, by=clinician)


def test_what_its_author_sends_again_is_written_already():
    clinician, rule = a_clinician(), live().rule
    version = verbs.write_version(rule, said(), after=1, by=clinician)

    with pytest.raises(verbs.WrittenAlready) as same:
        verbs.write_version(rule, said(), after=1, by=clinician)

    assert (same.value.version, rule.versions.count()) == (version, 2)


@pytest.mark.parametrize("fields", [{"words": "Other"}, {"why": "Other"}, {"samples": LUMBAR_SAMPLES[::-1]}])
def test_other_words_of_the_same_author_are_no_second_click(fields):
    clinician, rule = a_clinician(), live().rule
    verbs.write_version(rule, said(), after=1, by=clinician)

    with pytest.raises(SomebodyWasFaster):
        verbs.write_version(rule, said(**fields), after=1, by=clinician)


def test_the_same_words_of_a_colleague_are_no_second_click():
    rule = live().rule
    verbs.write_version(rule, said(), after=1, by=a_clinician())

    with pytest.raises(SomebodyWasFaster):
        verbs.write_version(rule, said(), after=1, by=a_clinician())


def test_a_new_rule_that_its_author_sends_again_is_one_rule():
    clinician = a_clinician()
    version = verbs.write_rule(said(), by=clinician)

    with pytest.raises(verbs.WrittenAlready) as same:
        verbs.write_rule(said(), by=clinician)
    others = [verbs.write_rule(said(), by=a_clinician()), verbs.write_rule(said(why="Other"), by=clinician)]

    assert same.value.version == version
    assert [each.rule.slug for each in others] == ["lower_back_2", "lower_back_3"]


def test_a_rule_that_was_retired_may_be_written_anew():
    clinician = a_clinician()
    verbs.retire(a_live_rule(clinician), by=clinician)

    assert verbs.write_rule(said(), by=clinician).rule.slug == "lower_back_2"


@pytest.mark.parametrize("role", ["Reception", "Triage nurse", "Editor", "Manager", None])
def test_nobody_but_clinicians_writes_puts_live_or_retires(role):
    user, draft = a_user(role), a_draft("fever", a_clinician())

    for act in (
        lambda: verbs.write_rule(said(), by=user),
        lambda: verbs.write_version(draft.rule, said(words="x"), after=2, by=user),
        lambda: verbs.put_live(draft, instead_of=1, by=user),
        lambda: verbs.retire(live(), by=user),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert (RuleVersion.objects.count(), live().number) == (len(first.ROWS) + 1, 1)


def test_a_superuser_writes_but_the_decision_is_a_clinicians():
    superuser = a_user("superuser")
    draft = a_draft("fever", superuser)

    with pytest.raises(NotAllowed, match="Only a clinician"):
        verbs.put_live(draft, instead_of=1, by=superuser)


def at_once(number, act):
    start = threading.Barrier(number)

    def run(_):
        close_old_connections()
        try:
            start.wait()
            act()
            return "done"
        except SomebodyWasFaster:
            return "told"
        except verbs.WrittenAlready as same:
            return f"already {same.version.number}"
        except NotAllowed:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return sorted(threads.map(run, range(number)))


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_save_at_once_one_is_first_and_the_others_are_told():
    first_rules()
    authors, rule = [a_clinician() for _ in range(20)], live().rule

    assert (
        at_once(20, lambda: verbs.write_version(rule, said(), after=1, by=authors.pop()))
        == ["done"] + ["told"] * 19
    )

    assert rule.versions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_write_one_version():
    first_rules()
    clinician, rule = a_clinician(), live().rule

    found = at_once(20, lambda: verbs.write_version(rule, said(), after=1, by=clinician))

    assert (found, rule.versions.count()) == (["already 2"] * 19 + ["done"], 2)


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_write_one_new_rule():
    first_rules()
    clinician = a_clinician()

    found = at_once(20, lambda: verbs.write_rule(said(), by=clinician))

    assert (found, Rule.objects.count()) == (["already 1"] * 19 + ["done"], len(first.ROWS) + 1)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_put_live_at_once_one_does_it():
    first_rules()
    clinician, draft = a_clinician(), a_draft("fever", a_clinician())

    assert at_once(20, lambda: verbs.put_live(draft, instead_of=1, by=clinician)) == ["done"] + ["told"] * 19

    assert (live().number, live().live_by) == (2, clinician)


def test_a_live_rule_of_its_own_is_like_any_other():
    version = a_live_rule(a_clinician())

    assert (version.state, version.number, live("lower_back")) == ("live", 1, version)
