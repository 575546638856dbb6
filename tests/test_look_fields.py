"""The one field template: names, hints and errors reach every reader (F7 to F17)."""

import re

import html5lib
import pytest
from django import forms
from django.template import Context, Template

from clinic.templatetags.clinic_tags import error_links, tel


class Plain(forms.Form):
    name = forms.CharField(
        label="What is your name?",
        help_text="As on your card",
        max_length=20,
        error_messages={"required": "Enter your name"},
    )


class Choices(forms.Form):
    signs = forms.MultipleChoiceField(
        label="Do you have any of these?",
        choices=[("fever", "Fever"), ("none", "None of these")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select the signs you have"},
    )


class MonthAndYear(forms.MultiWidget):
    use_fieldset = True
    part_labels = ["Month", "Year"]

    def __init__(self):
        super().__init__([forms.TextInput(attrs={"class": "width-2"}), forms.TextInput()])

    def decompress(self, value):
        return [None, None]


class Day(forms.MultiValueField):
    widget = MonthAndYear

    def __init__(self, **kwargs):
        super().__init__([forms.CharField(), forms.CharField()], require_all_fields=False, **kwargs)

    def clean(self, value):
        raise forms.ValidationError("Day must include a year", params={"part": 1})


class Two(forms.Form):
    first = forms.CharField(required=False)
    second = forms.CharField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["second"].optional = False


def rendered(form, **given):
    template = Template("{% load clinic_tags %}{% question form title=title why=why %}")
    text = template.render(Context({"form": form, "title": "", "why": "", **given}))
    return html5lib.parseFragment(text, namespaceHTMLElements=False)


def words(element):
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def test_one_field_is_the_heading_of_its_page():
    page = rendered(Plain())

    assert words(page.find(".//h1/label")) == "What is your name?"


def test_one_group_of_choices_is_the_heading_of_its_page():
    page = rendered(Choices())

    assert words(page.find(".//fieldset/legend/h1")) == "Do you have any of these?"


def test_several_fields_stand_under_the_question():
    page = rendered(Two(), title="Who are you?", why="To call you")

    assert words(page.find("h1")) == "Who are you?"
    assert words(page.find("p[@class='why']")) == "To call you"
    assert [words(label) for label in page.iter("label")] == ["First (optional)", "Second"]


def test_hint_comes_before_error_in_the_description():
    page = rendered(Plain({}))
    control = page.find(".//input")

    assert control.get("aria-describedby") == "id_name_helptext id_name_error"
    assert control.get("aria-invalid") == "true"
    assert words(page.find(".//*[@id='id_name_error']")) == "Error: Enter your name"


def test_a_group_carries_its_description():
    page = rendered(Choices({}))

    assert page.find(".//fieldset").get("aria-describedby") == "id_signs_error"


def test_a_pasted_text_is_not_cut():
    assert rendered(Plain()).find(".//input").get("maxlength") is None


def test_a_text_area_says_how_much_it_takes():
    class Long(forms.Form):
        more = forms.CharField(max_length=500, widget=forms.Textarea)

    page = rendered(Long())

    assert words(page.find(".//*[@id='id_more_helptext']")) == "You can use up to 500 characters."
    assert page.find(".//textarea").get("aria-describedby") == "id_more_helptext"


def test_none_of_these_stands_after_or():
    group = rendered(Choices()).find(".//div[@class='field-body']")

    assert [words(child) for child in group] == ["Fever", "or", "None of these"]


def test_nothing_is_chosen_before_the_patient_chooses():
    assert [box.get("checked") for box in rendered(Choices()).iter("input")] == [None, None]


def test_only_the_wrong_part_of_a_date_is_marked():
    class Born(forms.Form):
        on = Day(label="When?")

    form = Born({"on_0": "3", "on_1": ""})
    page = rendered(form)

    assert [part.get("aria-invalid") for part in page.iter("input")] == [None, "true"]
    assert [words(label) for label in page.iter("label")] == ["Month", "Year"]
    assert error_links(form) == [{"id": "id_on_1", "text": "Day must include a year"}]


def test_the_error_summary_leads_to_the_first_bad_input():
    class Both(Plain, Choices):
        field_order = ("name", "signs")

    assert error_links(Both({})) == [
        {"id": "id_name", "text": "Enter your name"},
        {"id": "id_signs_0", "text": "Select the signs you have"},
    ]


def test_both_ends_of_a_scale_are_named_for_every_reader():
    class Pain(forms.Form):
        pain = forms.ChoiceField(choices=[(str(n), str(n)) for n in range(11)], widget=forms.RadioSelect)

    form = Pain()
    form.fields["pain"].scale = ("no pain", "the worst pain")
    labels = [words(label) for label in rendered(form).iter("label")]

    assert [labels[0], labels[5], labels[10]] == ["0, no pain", "5", "10, the worst pain"]


@pytest.mark.parametrize(
    ("shown", "address"),
    [
        ("202-555-0100", "tel:+12025550100"),
        ("1 (202) 555-0100", "tel:+12025550100"),
        ("+44 20 7946 0000", "tel:+442079460000"),
        ("911", "tel:911"),
    ],
)
def test_a_phone_number_becomes_an_address(shown, address):
    assert tel(shown) == address
