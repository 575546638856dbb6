"""The loader: twice without change, clear errors, nobody's edits overwritten."""

import pytest
from django.core.management import CommandError, call_command

from procedures import safety_text
from procedures.models import Edition, Explainer, Reference, SafetyText
from tests import pages

pytestmark = pytest.mark.django_db


def load(folder, capsys, **options):
    call_command("load_pages", folder=folder, **options)
    return capsys.readouterr().out.splitlines()


def refused(folder):
    with pytest.raises(CommandError) as error:
        call_command("load_pages", folder=folder, verbosity=0)
    return str(error.value)


def test_it_loads_and_publishes(tmp_path, capsys):
    assert load(pages.a_folder(tmp_path), capsys) == [
        "References: 2 new or changed.",
        "Safety text, version 1: new.",
        "sample-block.md: published as Sample block, edition 1.",
        "Words of other pages: 4 new or changed, to be signed off by a clinician.",
    ]
    explainer = Explainer.objects.get()
    assert [part.slot for part in explainer.sections.all()][:3] == ["who", "anatomy", "how-well"]
    assert [(risk.key, risk.numerator) for risk in explainer.risks.all()] == [
        ("bruise", 12),
        ("infection", None),
        ("no_relief", None),
        ("faint", None),
    ]
    assert explainer.current_edition.change_note == "First version."


def test_a_second_run_changes_nothing(tmp_path, capsys):
    folder = pages.a_folder(tmp_path)
    load(folder, capsys)

    assert load(folder, capsys) == [
        "References: 0 new or changed.",
        "Safety text, version 1: unchanged.",
        "sample-block.md: unchanged.",
    ]
    assert (Edition.objects.count(), SafetyText.objects.count()) == (1, 1)


def test_a_changed_word_makes_a_new_edition(tmp_path, capsys):
    load(pages.a_folder(tmp_path), capsys)
    changed = pages.a_folder(tmp_path, ("The skin turns blue.", "The skin turns green."))

    assert load(changed, capsys)[-1] == "sample-block.md: published as Sample block, edition 2."
    assert ["green" in edition.html for edition in Edition.objects.order_by("number")] == [False, True]


def test_a_changed_source_makes_a_new_edition(tmp_path, capsys):
    folder = pages.a_folder(tmp_path)
    load(folder, capsys)
    (folder / "references.toml").write_text(
        pages.REFERENCES.replace('size = "100 people"', 'size = "99 people"')
    )

    assert load(folder, capsys) == [
        "References: 1 new or changed.",
        "Safety text, version 1: unchanged.",
        "sample-block.md: published as Sample block, edition 2.",
    ]


def test_a_changed_safety_text_is_a_new_version_and_needs_no_new_edition(tmp_path, capsys):
    folder = pages.a_folder(tmp_path)
    load(folder, capsys)
    (folder / "safety.toml").write_text(pages.safety_words().replace("call or text 988", "call 988"))

    assert load(folder, capsys)[1:] == [
        "Safety text, version 2: new.",
        "sample-block.md: unchanged.",
    ]
    assert safety_text.current().version == 2


def test_what_an_editor_changed_is_kept(tmp_path, capsys):
    explainer = pages.a_published_page(tmp_path)
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")
    changed = pages.a_folder(tmp_path, ("The skin turns blue.", "The skin turns green."))

    assert load(changed, capsys)[-1] == (
        "sample-block.md: kept as edited in the admin; --overwrite loads the file instead."
    )
    assert Edition.objects.count() == 1
    assert explainer.sections.get(slot="cost").body == "It costs 7 dollars. {.own}"


def test_the_file_wins_when_told_so(tmp_path, capsys):
    explainer = pages.a_published_page(tmp_path)
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")

    load(tmp_path, capsys, overwrite=True)

    assert explainer.sections.get(slot="cost").body == "You can ask for a written price [@TWO]."


def test_a_file_takes_no_address_of_another_page(tmp_path):
    folder = pages.a_folder(tmp_path, ('kind = "procedure"', 'kind = "condition"'))
    next(folder.rglob("sample-block.md")).rename(folder / "how-they-differ.md")

    assert refused(folder) == (
        "how-they-differ.md: the site has another page at the address how-they-differ. Rename the file."
    )
    assert not Explainer.objects.exists()


def test_a_source_edited_in_the_admin_is_kept(tmp_path, capsys):
    pages.a_published_page(tmp_path)
    Reference.objects.filter(key="TWO").update(size="1 page")

    assert load(tmp_path, capsys)[0] == "References: 0 new or changed."
    assert Reference.objects.get(key="TWO").size == "1 page"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("+++\nkind", "kind", "sample-block.md, line 1: the file must begin with a line +++."),
        ('author = "Clinic editorial team (sample)"', "author = ", "sample-block.md: Invalid value (at line 10, column 10)."),
        ('author = "Clinic editorial team (sample)"\n', "", 'sample-block.md, line 2: the front matter has no "author".'),
        ('text = "About 15 minutes [@TWO]."', "text = 15", 'sample-block.md, line 16: key_facts 2: "text" must be text.'),
        ('limits = "It was small."', 'limit = "It was small."', 'sample-block.md, line 28: findings 1 has no "limits".'),
        ('limits = "It was small."', 'limits = "It was small."\ncolor = "red"', 'sample-block.md, line 28: findings 1 has an unknown field "color".'),
        ("## Ask for a price {#cost}", "## Ask for a price", "sample-block.md, line 147: a section heading must end in its slot, like {#risks}."),
        ("## It is for pain from this nerve {#who}\n", "", "sample-block.md, line 89: text before the first section heading."),
        ('references = ["TWO"]', 'references = ["NOBODY"]', 'sample-block.md: risk "bruise": the source NOBODY is not in references.toml.'),
        ("numerator = 12", "numerator = 112", 'sample-block.md: risk "bruise": Fill in both numbers or none, the second at least as large as the first.'),
        ('kind = "procedure"', 'kind = "blog"', "sample-block.md: the front matter: \"kind\": Value 'blog' is not a valid choice."),
        ("related = []", 'related = ["nowhere"]', 'sample-block.md: the related page "nowhere" does not exist.'),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_one_sentence_with_its_place(tmp_path, old, new, expected):
    assert refused(pages.a_folder(tmp_path, (old, new))) == expected


def test_nothing_is_stored_when_a_check_fails(tmp_path):
    folder = pages.a_folder(
        tmp_path, ("You can ask for a written price [@TWO].", "It is the best price [@TWO].")
    )

    assert refused(folder) == (
        "sample-block.md cannot be published:\n"
        '  section "cost": a promoting word, "best" (E15): “It is the best price.”'
    )
    assert (Explainer.objects.count(), Reference.objects.count(), SafetyText.objects.count()) == (0, 0, 0)


def test_the_sources_of_the_safety_text_must_be_known(tmp_path):
    folder = pages.a_folder(tmp_path)
    (folder / "safety.toml").write_text('[emergency]\nsources = ["GONE"]\n[urgent]\n[after]\n[crisis]\n')

    assert refused(folder) == "safety.toml: the source GONE is not in references.toml."


def test_the_safety_text_has_all_its_parts(tmp_path):
    folder = pages.a_folder(tmp_path)
    (folder / "safety.toml").write_text("[emergency]\n[urgent]\n[after]\n")

    assert refused(folder) == 'safety.toml: the part "crisis" is missing.'


def test_related_pages_are_linked(tmp_path):
    pages.a_folder(tmp_path, ("related = []", 'related = ["second-block"]'))
    pages.a_folder(tmp_path / ".", name="second-block")
    (tmp_path / "sample-block.md").write_text(
        pages.PAGE.replace("related = []", 'related = ["second-block"]')
    )

    call_command("load_pages", folder=tmp_path, verbosity=0)

    assert [page.slug for page in Explainer.objects.get(slug="sample-block").related.all()] == [
        "second-block"
    ]


def test_without_a_stored_safety_text_the_file_speaks():
    text = safety_text.current()

    assert (text.pk, text.version, text.emergency["items"][0]["key"]) == (None, 0, "saddle")
