"""Each check lets the sample page through and stops the fault it is there for."""

from dataclasses import replace

import pytest

from procedures import checks, models, page
from procedures.checks import evidence, language, links, numbers, own, structure, terms
from procedures.figures import Figure
from tests import pages


def rules(changed: page.Page) -> list[str]:
    return [failure.rule for failure in checks.run(changed)]


def found(check: checks.Check, changed: page.Page) -> list[str]:
    return [str(failure) for failure in check(checks.Reading(changed))]


def with_body(slot: str, text: str) -> page.Page:
    return pages.a_page(body=(slot, text))


def with_risk(**changes: object) -> page.Page:
    good = pages.a_page()
    return replace(good, risks=(replace(good.risks[0], **changes), *good.risks[1:]))


def with_finding(**changes: object) -> page.Page:
    good = pages.a_page()
    return replace(good, findings=(replace(good.findings[0], **changes), *good.findings[1:]))


def with_section(slot: str, **changes: str) -> page.Page:
    good = pages.a_page()
    return replace(
        good,
        sections=tuple(replace(part, **changes) if part.slot == slot else part for part in good.sections),
    )


def test_the_sample_page_passes_every_check():
    assert checks.run(pages.a_page()) == []


def test_every_check_is_tried_here():
    tried = {case.values[0] for case in CASES}

    assert set(checks.ALL) - tried == set()


NOT_PUBLISHED = "leads to a page that is not published; publish that page first or take the link out"
PROMISED = "what a treatment does needs a source, even with {.own}"
TOLD = "to stop or take a medicine needs a source, even with {.own}"
MEASURED = "how much, how long or how often needs a source, even with {.own}"
LONG = "We " + "really " * 30 + "do it [@ONE20]."
HIDDEN = "\u202e"
CASES = [
    pytest.param(
        language.nothing_hides,
        with_body("cost", f"It costs 5 {HIDDEN}dollars."),
        'section "cost": what comes after “It costs 5” has a character that does not show; type it again (P20)',
        id="character that turns words",
    ),
    pytest.param(
        language.nothing_hides,
        replace(pages.a_page(), plain_name=f"{HIDDEN}Sample"),
        "name: the beginning has a character that does not show; type it again (P20)",
        id="character that turns a name",
    ),
    pytest.param(
        language.nothing_hides,
        with_risk(what_it_is=f"The skin{HIDDEN} turns blue."),
        'section "risks", risk "bruise": what comes after “100. The skin”'
        " has a character that does not show; type it again (P20)",
        id="character that turns a risk",
    ),
    pytest.param(
        evidence.claims_cite,
        with_body("cost", "It costs 5 dollars."),
        'section "cost": no source, and not marked as our own with {.own} (E6): “It costs 5 dollars.”',
        id="claim without a source",
    ),
    pytest.param(
        evidence.claims_cite,
        with_risk(references=()),
        'section "risks", risk "bruise": no source, and not marked as our own with {.own} (E6): '
        "“A bruise. 12 out of 100. The skin turns blue. Wait for a few days.”",
        id="risk without a source",
    ),
    pytest.param(
        evidence.sources_are_known,
        with_body("cost", "It costs 5 dollars [@NOBODY]."),
        'section "cost": the source NOBODY does not exist (E6): “It costs 5 dollars.”',
        id="unknown source",
    ),
    pytest.param(
        evidence.sources_can_be_found,
        pages.a_page(
            references={"ONE20": page.Reference("ONE20", "A.", "11.5/x", "", 2020, "Trial", "5 people")}
        ),
        "reference ONE20: needs a DOI like 10.1000/abc or an https address (E7)",
        id="DOI with a fault",
    ),
    pytest.param(
        evidence.sources_can_be_found,
        pages.a_page(references={"TWO": page.Reference("TWO", "A.", "", "https://a.example", None, "", "")}),
        "reference TWO: needs the type and the size of the study (E7)",
        id="study without type and size",
    ),
    *(
        pytest.param(
            own.own_words_claim_nothing,
            with_body("cost", f"{sentence} {{.own}}"),
            f'section "cost": {MEASURED}, "{found}" (E6): “{sentence}”',
            id=f"our own: {sentence}",
        )
        for sentence, found in (
            ("The injection helps 80 people out of 100.", "80 people out of 100"),
            ("Did you know that it helps 8 of 10 people?", "8 of 10"),
            ("You get 10 mL of lidocaine.", "10 mL"),
            ("Take 2 tablets in the evening.", "2 tablets"),
            ("It lasts for months.", "months"),
            ("It may take 2 weeks to work.", "2 weeks"),
            ("When it works it lasts for 6 months.", "6 months"),
            ("We do not know why, but it lasts 3 months.", "3 months"),
            ("Rest for 2 hours, and it helps for months.", "months"),
            ("Relief lasts 3 to 6 months: you can go back to work.", "3"),
            ("It cuts the pain by half.", "half"),
            ("It is rare.", "rare"),
            ("Infection is rare, and we have seen 2.", "2"),
            ("Most people feel better.", "Most people"),
        )
    ),
    pytest.param(
        own.own_words_claim_nothing,
        with_body("cost", "It costs 5 dollars [@TWO]. It lasts for months. {.own}"),
        f'section "cost": {MEASURED}, "months" (E6): “It lasts for months.”',
        id="our own sentence behind one with a source",
    ),
    pytest.param(
        own.own_words_claim_nothing,
        with_body("cost", "It helps for months:\n\n- with exercise. {.own}"),
        f'section "cost": {MEASURED}, "months" (E6): “It helps for months:”',
        id="claim that announces a list",
    ),
    pytest.param(
        own.own_words_claim_nothing,
        pages.a_page(
            key_facts=(*pages.a_page().key_facts, page.KeyFact("How long relief lasts", "3 months. {.own}"))
        ),
        f'key facts "How long relief lasts": {MEASURED}, "3 months" (E6): “3 months.”',
        id="our own key fact",
    ),
    *(
        pytest.param(
            own.own_words_promise_nothing,
            with_body("cost", f"{sentence} {{.own}}"),
            f'section "cost": {PROMISED}, "{found}" (E6): “{sentence}”',
            id=f"our own: {sentence}",
        )
        for sentence, found in (
            ("It works well.", "It works"),
            ("The block is effective.", "The block is effective"),
            ("The block ends your pain.", "The block ends your pain"),
            ("The block heals the nerve.", "The block heals"),
            ("This nerve block will also ease pain.", "This nerve block will also ease"),
            ("You will be pain free.", "You will be pain free"),
            ("You can avoid surgery with this block.", "You can avoid surgery"),
            ("If your pain drops, these nerves are the cause.", "these nerves are the cause"),
            ("Side effects are minor.", "Side effects are minor"),
            ("It does not hurt.", "It does not hurt"),
            ("Numbness of the leg is normal.", "Numbness of the leg is normal"),
        )
    ),
    pytest.param(
        own.own_words_promise_nothing,
        with_section("cost", heading="It works well for the knee"),
        f'section "cost": {PROMISED}, "It works" (E6): “It works well for the knee”',
        id="promise in a heading",
    ),
    *(
        pytest.param(
            own.own_words_change_no_medicine,
            with_body("cost", f"{sentence} {{.own}}"),
            f'section "cost": {TOLD}, "{found}" (E6): “{sentence}”',
            id=f"our own: {sentence}",
        )
        for sentence, found in (
            ("Stop warfarin before you come.", "Stop warfarin"),
            ("Do not take aspirin for a week before.", "Do not take aspirin"),
            ("Take 2 ibuprofen if it hurts.", "Take 2 ibuprofen"),
            ("On the day: skip your insulin.", "skip your insulin"),
            ("You should stop your blood thinner.", "stop your blood thinner"),
            ("Rest, and hold your medicine.", "hold your medicine"),
        )
    ),
    pytest.param(
        numbers.stored_numbers_exist,
        with_body("cost", "{finding:third} people pay [@TWO]."),
        'section "cost": there is no finding third (E30)',
        id="unknown stored number",
    ),
    pytest.param(
        numbers.numbers_are_typed_once,
        with_body("cost", "It helped 60 out of 100 people [@TWO]."),
        'section "cost": a stored number is typed again; write {finding:KEY} (E30): “60 out of 100”',
        id="stored number typed again",
    ),
    pytest.param(
        numbers.numbers_are_typed_once,
        with_body("cost", "It helped 60 of 100 people [@TWO]."),
        'section "cost": a stored number is typed again; write {finding:KEY} (E30): “60 of 100”',
        id="share with of",
    ),
    pytest.param(
        numbers.numbers_are_typed_once,
        with_body("cost", "It helped 60% of people [@TWO]."),
        'section "cost": a stored number is typed again; write {finding:KEY} (E30): “60%”',
        id="share as percent",
    ),
    pytest.param(
        numbers.numbers_are_typed_once,
        with_body("cost", "It helped 60 per cent [@TWO]."),
        'section "cost": a stored number is typed again; write {finding:KEY} (E30): “60 per cent”',
        id="share as per cent",
    ),
    pytest.param(
        numbers.numbers_are_typed_once,
        with_body("cost", "It helped 60 in 100 people [@TWO]."),
        'section "cost": a stored number is typed again; write {finding:KEY} (E30): “60 in 100”',
        id="share with in",
    ),
    pytest.param(
        numbers.numbers_are_typed_once,
        with_body("cost", "It helped sixty out of a hundred people [@TWO]."),
        'section "cost": a stored number is typed again; write {finding:KEY} (E30): “sixty out of a hundred”',
        id="share in words",
    ),
    *(
        pytest.param(
            numbers.numbers_are_typed_once,
            with_body("cost", f"{sentence} [@TWO]."),
            f'section "cost": a stored number is typed again; write {{finding:KEY}} (E30): “{said}”',
            id=sentence,
        )
        for sentence, said in (
            ("Pain fell from 70 points to 45.5 points", "from 70 points to 45.5"),
            ("It helped 60 people per 100", "60 people per 100"),
            ("It helped 60 people out of 100", "60 people out of 100"),
            ("Of 100 people, 60 had less pain", "Of 100 people, 60"),
            ("Out of 100 patients 60 felt better", "Out of 100 patients 60"),
            ("It helped 60 p.c. of them", "60 p.c."),
        )
    ),
    pytest.param(
        numbers.numbers_are_typed_once,
        with_body("cost", "The score went from 70 to 45.5 [@TWO]."),
        'section "cost": a stored number is typed again; write {finding:KEY} (E30): “from 70 to 45.5”',
        id="score before and after",
    ),
    pytest.param(
        numbers.numbers_are_typed_once,
        replace(
            with_body("cost", "It helped 77 of the 113 people [@TWO]."),
            findings=(replace(pages.a_page().findings[0], what="had half the pain (77 of 113 people)"),),
        ),
        'section "cost": a stored number is typed again; write {finding:KEY} (E30): “77 of the 113”',
        id="counts behind a share",
    ),
    *(
        pytest.param(
            numbers.shares_agree_with_their_words,
            with_finding(what=f"had half the pain ({counted})"),
            f'finding "half": the stored share is 60 out of 100, and the words beside it say {said} (E30): '
            f"“had half the pain ({counted})”",
            id=f"share beside {counted}",
        )
        for counted, said in (
            ("77 of 113 people", "77 of 113"),
            ("77 out of the 113 people", "77 out of the 113"),
            ("677 of 1,113 older people", "677 of 1,113"),
            ("61 of 100", "61 of 100"),
        )
    ),
    pytest.param(
        numbers.shares_agree_with_their_words,
        with_risk(number_note="Counted in 1 trial (9 of 50 patients)."),
        'risk "bruise": the stored share is 12 out of 100, and the words beside it say 9 of 50 (E30): '
        "“Counted in 1 trial (9 of 50 patients).”",
        id="share of a risk beside another count",
    ),
    pytest.param(
        structure.directives_are_known,
        with_body("cost", "::video knee"),
        'section "cost": unknown line (A5): “::video knee”',
        id="unknown directive",
    ),
    pytest.param(
        structure.directives_are_known,
        with_body("cost", "::figure elbow"),
        'section "cost": there is no such figure (A5): “::figure elbow”',
        id="unknown drawing",
    ),
    pytest.param(
        evidence.markup_is_complete,
        with_body("cost", "It costs 5 dollars [@TWO, @ONE20]. {.own}"),
        'section "cost": marks that were not understood (E6): “It costs 5 dollars [@TWO, @ONE20].”',
        id="citation with a fault",
    ),
    pytest.param(
        evidence.nothing_is_left_over,
        with_body("cost", 'It costs 5 dollars. <b onclick="x">Bold</b> it is [@TWO].'),
        'section "cost": readers see the mark <b onclick="x"> as it is typed (E34): '
        '“It costs 5 dollars. <b onclick="x">Bold</b> it is.”',
        id="HTML",
    ),
    pytest.param(
        evidence.nothing_is_left_over,
        with_section("cost", heading="Ask for a `price`"),
        'section "cost": readers see the mark ` as it is typed (E34): “Ask for a `price`”',
        id="mark in a heading",
    ),
    pytest.param(
        links.images_are_drawings,
        with_body("cost", "Look: ![scan](/x.png) [@TWO]."),
        'section "cost": the image /x.png does not show; a drawing is a line ::figure NAME (E40): “Look: !scan.”',
        id="image",
    ),
    *(
        pytest.param(
            links.links_lead_to_a_page,
            with_body("cost", f"See [this page]({address}) [@TWO]."),
            f'section "cost": the link {address} {message} (E7): “See this page.”',
            id=f"link to {address}",
        )
        for address, message in (
            ("/conditions/nothing-here/", NOT_PUBLISHED),
            ("/procedures/nothing-here/leaflet.pdf", NOT_PUBLISHED),
            ("/procedures/knee/", NOT_PUBLISHED),
            ("/nothing/", "leads to no address of this site"),
            ("/conditions/knee", "leads to no address of this site"),
            ("conditions/knee/", "leads to no address of this site"),
            ("/staff/procedures/", "leads to a page that readers cannot open"),
            ("/requests/secret/", "leads to a page that readers cannot open"),
            ("//evil.example/", "leads away from this site; write https:// before it"),
            ("/%5Cevil.example/", "leads away from this site; write https:// before it"),
            ("http://a.example/", "must begin with https:// or be an address of this site"),
            ("https:evil.example", "must begin with https:// or be an address of this site"),
        )
    ),
    *(
        pytest.param(
            links.links_lead_to_a_place_on_the_page,
            with_body("cost", f"See [this part]({address}) [@TWO]."),
            f'section "cost": there is no place {address} (E7): “See this part.”',
            id=f"link to {address}",
        )
        for address in ("#nothere", "#", "/procedures/sample-block/#nothere", "/glossary/#nothere")
    ),
    pytest.param(
        language.easy_parts_are_easy,
        with_body(
            "prepare", "Discontinue anticoagulant medication following individualized consultation. {.own}"
        ),
        "prepare: reads at grade 37.9, and the limit here is 6.0; begin with this (E24): "
        "“Discontinue anticoagulant medication following individualized consultation.”",
        id="hard words in an easy part",
    ),
    pytest.param(
        language.sections_are_readable,
        with_body("cost", "It costs 5 dollars [@TWO]. Remuneration necessitates authorization [@TWO]."),
        'section "cost": reads at grade 17.8, and the limit here is 8.0; begin with this (E24): '
        "“Remuneration necessitates authorization.”",
        id="hard section",
    ),
    pytest.param(
        language.page_is_readable,
        pages.a_page(
            sections=(
                page.Section("who", "It is", "Neurological symptomatology necessitates investigation. " * 90),
            )
        ),
        "whole page: reads at grade 22.3, and the limit is 8.0 (E24)",
        id="hard page",
    ),
    pytest.param(
        language.sentences_are_short,
        with_body("cost", LONG),
        f'section "cost": 33 words in a sentence (E26): “{LONG.replace(" [@ONE20]", "")}”',
        id="long sentence",
    ),
    pytest.param(
        language.paragraphs_are_short,
        with_body("cost", "One. Two. Three. Four [@TWO]."),
        'section "cost": 4 sentences in a paragraph (E26): “One. Two. Three. Four.”',
        id="long paragraph",
    ),
    pytest.param(
        language.nothing_promotes,
        with_body("cost", "We do it. It is the best block [@TWO]."),
        'section "cost": a promoting word, "best" (E15): “It is the best block.”',
        id="promotion",
    ),
    pytest.param(
        language.nothing_promotes,
        pages.a_page(description="A breakthrough for your knee."),
        'description: a promoting word, "breakthrough" (E15): “A breakthrough for your knee.”',
        id="promotion in the description",
    ),
    pytest.param(
        language.nothing_reassures,
        with_body("cost", "The block is safe [@TWO]."),
        'section "cost": a reassuring word, "safe" (E16): “The block is safe.”',
        id="reassurance",
    ),
    *(
        pytest.param(
            check,
            with_body("cost", f"{sentence[:-1]} [@TWO]."),
            f'section "cost": {kind}, "{found}" ({rule}): “{sentence}”',
            id=sentence,
        )
        for check, kind, rule, words in (
            (
                language.nothing_promotes,
                "a promoting word",
                "E15",
                (
                    ("It is a miracle.", "miracle"),
                    ("It always works.", "always works"),
                    ("It never fails.", "never fails"),
                    ("Relief is guaranteed.", "guaranteed"),
                    ("The shot is painless.", "painless"),
                    ("Without surgery it is painless.", "painless"),
                    ("It cures the pain.", "cures"),
                    ("In no time you are cured.", "cured"),
                    ("It not only cures pain.", "cures"),
                    ("No test is safer.", "safer"),
                    ("The results are excellent.", "excellent"),
                    ("It is the gold standard.", "gold standard"),
                    ("It has a high success rate.", "high success rate"),
                    ("We are the number 1 clinic.", "number 1 clinic"),
                    ("It is very effective.", "very effective"),
                    ("The pill works very well.", "works very well"),
                    ("The block confirms the cause.", "confirms the cause"),
                    ("Relief can prove the diagnosis.", "can prove the diagnosis"),
                ),
            ),
            (
                language.nothing_reassures,
                "a reassuring word",
                "E16",
                (
                    ("There is no risk.", "no risk"),
                    ("It is risk-free.", "risk-free"),
                    ("It is a risk free block.", "risk free"),
                    ("It is without any risk.", "without any risk"),
                    ("It is completely safe.", "safe"),
                    ("No doubt it is safe.", "safe"),
                    ("It has no side effects and is safe.", "safe"),
                    ("There is nothing to worry about.", "nothing to worry"),
                    ("Don\u2019t worry.", "Don\u2019t worry"),
                    ("The dye is harmless.", "harmless"),
                    ("There is no danger.", "no danger"),
                    ("Nothing can go wrong.", "Nothing can go wrong"),
                    ("It does no harm.", "does no harm"),
                    ("There are hardly any side effects.", "hardly any side effects"),
                    ("It hardly hurts.", "hardly hurts"),
                    ("Fever after the shot is normal.", "Fever after the shot is normal"),
                    ("You do not need to call us about a weak leg.", "do not need to call us about a weak"),
                    ("We have never seen a serious problem.", "never seen a serious problem"),
                    ("Everyone can have this block.", "Everyone can have this block"),
                ),
            ),
        )
        for sentence, found in words
    ),
    pytest.param(
        language.nothing_is_stressed,
        with_body("cost", "It costs **5** dollars [@TWO]."),
        'section "cost": bold or italic words (E34)',
        id="bold words",
    ),
    pytest.param(
        terms.terms_are_explained,
        with_body("cost", "We take off the fascia [@TWO]."),
        'section "cost": "fascia" is not explained where it first stands; write plain words (fascia) '
        "(E28): “We take off the fascia.”",
        id="unexplained term",
    ),
    pytest.param(
        terms.acronyms_are_explained,
        with_body("cost", "The ASRA says so [@TWO]."),
        'section "cost": "ASRA" is not explained where it first stands; write plain words (ASRA) '
        "(E29): “The ASRA says so.”",
        id="unexplained acronym",
    ),
    pytest.param(
        terms.words_are_plain,
        with_body("cost", "The etiology is not known [@TWO]."),
        'section "cost": "etiology" is a doctors\' word; write "cause" or explain it here (E28): '
        "“The etiology is not known.”",
        id="doctors' word",
    ),
    pytest.param(
        numbers.no_one_in_many,
        with_body("cost", "1 in 20 people pay [@TWO]."),
        'section "cost": not written like 10 out of 100, "1 in 20" (E30): “1 in 20 people pay.”',
        id="1 in X",
    ),
    *(
        pytest.param(
            numbers.no_one_in_many,
            with_body("cost", f"{sentence} [@TWO]."),
            f'section "cost": not written like 10 out of 100, "{said}" (E30): “{sentence}.”',
            id=sentence,
        )
        for sentence, said in (
            ("It harms 1:10,000", "1:10,000"),
            ("It harms 1:1000", "1:1000"),
            ("It helped 1/3 of people", "1/3 of people"),
            ("It helped 68 people per 100", "68 people per 100"),
        )
    ),
    pytest.param(
        numbers.no_percent,
        with_body("cost", "It helped 68 p.c. of them [@TWO]."),
        'section "cost": not written like 10 out of 100, "68 p.c." (E30): “It helped 68 p.c. of them.”',
        id="p.c.",
    ),
    *(
        pytest.param(
            numbers.frequency_words_have_numbers,
            with_body("cost", f"{sentence} [@TWO]."),
            f'section "cost": "{said}" without a number (E31): “{sentence}.”',
            id=sentence,
        )
        for sentence, said in (
            ("Harm is very unlikely", "very unlikely"),
            ("The block lasts for years", "lasts for years"),
        )
    ),
    pytest.param(
        numbers.no_percent,
        with_body("cost", "5% of people pay [@TWO]."),
        'section "cost": not written like 10 out of 100, "5%" (E30): “5% of people pay.”',
        id="percent",
    ),
    pytest.param(
        numbers.risks_share_a_denominator,
        replace(
            pages.a_page(),
            risks=(*pages.a_page().risks, replace(pages.a_page().risks[0], key="more", denominator=1000)),
        ),
        "common risks: one list counts people out of 100 and 1,000 (E30)",
        id="mixed denominators",
    ),
    pytest.param(
        numbers.findings_share_a_denominator,
        pages.a_page(
            findings=(
                *pages.a_page().findings,
                replace(pages.a_page().findings[0], key="more", denominator=1000),
            )
        ),
        "findings: one list counts people out of 100 and 1,000 (E30)",
        id="findings with mixed denominators",
    ),
    pytest.param(
        numbers.lists_share_a_denominator,
        with_body("cost", "- 3 out of 100 pay [@TWO]\n- 5 out of 1,000 do not [@TWO]"),
        'section "cost": one list counts people out of 100 and 1,000 (E30): “5 out of 1,000 do not”',
        id="list with mixed denominators",
    ),
    pytest.param(
        numbers.numbers_are_numerals,
        with_body("cost", "It takes three visits [@TWO]."),
        'section "cost": write the number in digits, "three" (E33): “It takes three visits.”',
        id="number in words",
    ),
    pytest.param(
        numbers.ranges_are_spoken,
        with_body("cost", "It takes 2-4 visits [@TWO]."),
        'section "cost": write a range with "to", "2-4" (E33): “It takes 2-4 visits.”',
        id="range with a dash",
    ),
    pytest.param(
        numbers.dates_and_times_are_spelled_out,
        with_body("cost", "Ask before Nov 3 [@TWO]."),
        'section "cost": write the month in full, "Nov" (E33): “Ask before Nov 3.”',
        id="short month",
    ),
    pytest.param(
        numbers.dates_and_times_are_spelled_out,
        with_body("cost", "Ask before 5 p.m. on a Monday [@TWO]."),
        'section "cost": write times like 5pm, "5 p.m." (E33): “Ask before 5 p.m. on a Monday.”',
        id="time with dots",
    ),
    pytest.param(
        numbers.dates_and_times_are_spelled_out,
        with_body("cost", "It costs 10000 dollars [@TWO]."),
        'section "cost": write large numbers like 10,000, "10000" (E33): “It costs 10000 dollars.”',
        id="large number without a comma",
    ),
    pytest.param(
        numbers.frequency_words_have_numbers,
        with_body("cost", "A bill is rare [@TWO]."),
        'section "cost": "rare" without a number (E31): “A bill is rare.”',
        id="frequency word without a number",
    ),
    pytest.param(
        structure.headings_are_plain,
        with_section("cost", heading="What does it cost?"),
        'section "cost": the heading is a question (E36): “What does it cost?”',
        id="question as heading",
    ),
    pytest.param(
        structure.headings_are_plain,
        with_section("cost", heading="Ask For A Price"),
        'section "cost": the heading has capitals inside (E36): “Ask For A Price”',
        id="title case",
    ),
    pytest.param(
        structure.name_is_short,
        pages.a_page(plain_name="Sample " * 10),
        f"name: longer than 65 characters (E36): “{'Sample ' * 10}”",
        id="long name",
    ),
    pytest.param(
        structure.levels_are_not_skipped,
        with_body("cost", "#### Deep\n\nIt costs [@TWO]."),
        'section "cost": headings inside a section begin with ### (E36)',
        id="skipped level",
    ),
    pytest.param(
        structure.lists_are_short,
        with_body("cost", "- A cost [@TWO]\n" * 8),
        'section "cost": a list of 8 items; the limit is 7 (E35)',
        id="long list",
    ),
    pytest.param(
        structure.conditions_can_be_compared,
        pages.a_page(traits=(page.Trait("where", "Here [@TWO]."),)),
        "traits: a procedure has no cells in the table of conditions (A21)",
        id="procedure among the conditions",
    ),
    pytest.param(
        structure.conditions_can_be_compared,
        pages.a_page(
            kind="condition",
            traits=tuple(page.Trait(name, "So [@TWO].") for name in models.Trait.Aspect.values[:-1]),
        ),
        'traits: the cell "tell_apart" of the table of conditions is missing (A21)',
        id="missing cell",
    ),
    pytest.param(
        structure.headings_are_plain,
        with_section("cost", heading="Ask" + " and ask" * 9),
        f'section "cost": the heading is longer than 65 characters (E36): “{"Ask" + " and ask" * 9}”',
        id="long heading",
    ),
    pytest.param(
        structure.items_are_one_sentence,
        with_body("cost", "- Ask us. We tell you [@TWO].\n- Wait [@TWO]."),
        'section "cost": more than 1 sentence in an item of a list (E35): “Ask us. We tell you.”',
        id="2 sentences in an item",
    ),
    pytest.param(
        structure.processes_are_numbered,
        with_body("steps", "- We clean your skin [@TWO]"),
        'section "steps": what is done one after the other is a numbered list: 1. 2. 3. (E35)',
        id="steps without numbers",
    ),
    pytest.param(
        structure.sections_are_complete,
        replace(
            pages.a_page(), sections=tuple(part for part in pages.a_page().sections if part.slot != "risks")
        ),
        'page: the section "risks" is missing (A4 to A16)',
        id="missing section",
    ),
    pytest.param(
        structure.sections_are_complete,
        replace(
            pages.a_page(), sections=(*pages.a_page().sections, page.Section("shop", "Buy", "It [@TWO]."))
        ),
        'section "shop": a procedure has no such section (A4 to A16)',
        id="unknown section",
    ),
    *(
        pytest.param(
            structure.signs_afterwards_are_told,
            with_section("when-to-call", body=f"Call us with any question. {{.own}}\n\n{there}\n\n::phone"),
            f'section "when-to-call": the card is missing; write the line ::care {missing} (A15)',
            id=f"no card {missing}",
        )
        for there, missing in (
            ("::care after-same-day", "after-emergency"),
            ("::care after-emergency", "after-same-day"),
        )
    ),
    *(
        pytest.param(
            structure.risks_of_each_kind_are_told,
            replace(
                pages.a_page(), risks=tuple(risk for risk in pages.a_page().risks if risk.group != group)
            ),
            f"{group} risks: there is none; add at least 1 (A8)",
            id=f"no {group} risk",
        )
        for group in ("uncommon", "serious")
    ),
    pytest.param(
        structure.risks_of_each_kind_are_told,
        replace(
            pages.a_page(), risks=tuple(risk for risk in pages.a_page().risks if risk.key != "no_relief")
        ),
        'list of risks: a risk like "Little or no relief" is missing (A8)',
        id="no risk that it does not help",
    ),
    pytest.param(
        structure.sections_have_text,
        with_body("cost", " "),
        'section "cost": the section is empty (A4 to A16)',
        id="empty section",
    ),
    pytest.param(
        structure.facts_come_first,
        pages.a_page(key_facts=pages.a_page().key_facts[:3]),
        "key facts: at least 4 key facts stand above everything else (A2)",
        id="few key facts",
    ),
    pytest.param(
        structure.description_is_short,
        pages.a_page(description="One. Two. Three."),
        "description: 3 sentences; it must be 1 or 2 (E49): “One. Two. Three.”",
        id="long description",
    ),
    pytest.param(
        structure.risks_weigh_as_much_as_benefits,
        with_body("how-well", "It helps a lot of people [@ONE20]. " * 40),
        'page: "how-well" has 240 words and "risks" 77: over twice as many (E11)',
        id="little about risks",
    ),
    pytest.param(
        structure.drawings_have_words,
        pages.a_page(figures={"knee": Figure("knee", pages.SVG, pages.CAPTION, "A knee.")}),
        "figure knee: needs a long description (E41)",
        id="drawing without a description",
    ),
    pytest.param(
        structure.drawings_have_words,
        pages.a_page(
            figures={
                "knee": Figure(
                    "knee",
                    pages.SVG.replace("<path", '<image href="a.png"/><path'),
                    pages.CAPTION,
                    pages.LONG_DESCRIPTION,
                )
            }
        ),
        "figure knee: may hold only shapes and text (E41): “<image”",
        id="picture inside a drawing",
    ),
]


@pytest.mark.parametrize(("check", "changed", "expected"), CASES)
def test_it_stops(check, changed, expected):
    assert found(check, changed) == [expected]


def test_a_term_of_the_page_s_own_name_is_explained_by_its_heading():
    text = {"body": ("cost", "The fascia is cut [@TWO].")}

    assert rules(pages.a_page(**text)) == ["E28"]
    assert rules(pages.a_page(medical_name="Fascia block", **text)) == []


def test_a_term_counts_as_new_only_where_it_first_stands():
    changed = with_body("cost", "We cut the fascia [@TWO]. The fascia is a layer of tissue [@TWO].")

    assert [failure.quote for failure in terms.terms_are_explained(checks.Reading(changed))] == [
        "We cut the fascia."
    ]


def test_a_section_out_of_place_is_told():
    good = pages.a_page()
    swapped = replace(good, sections=(good.sections[1], good.sections[0], *good.sections[2:]))

    assert rules(swapped) == ["A4 to A16"]


@pytest.mark.parametrize(
    "changed",
    [
        with_finding(what="had half the pain (17 of 28 people, rounded down from 60.7)"),
        with_finding(what="had half the pain (32 of 53 people)"),
        with_finding(what="had 2 of 3 signs of this pain"),
        with_finding(numerator=2, what="had this pain (29 of 1,100 people, rounded down from 2.6)"),
        with_finding(limits="At the end 20 of 100 people had left."),
        with_risk(number_note="This is the higher figure. Another source says 2 of 100 people."),
        with_risk(numerator=None, denominator=None, number_note="Seen in 2 of 113 people."),
    ],
)
def test_a_share_may_stand_beside_its_count(changed):
    assert found(numbers.shares_agree_with_their_words, changed) == []


@pytest.mark.parametrize(
    "heading",
    [
        "Nobody knows how well it works",
        "It helps some people for a time",
        "The block eases pain, but studies are weak",
    ],
)
def test_a_heading_may_say(heading):
    assert found(own.own_words_promise_nothing, with_section("cost", heading=heading)) == []


def test_a_card_after_the_injection_belongs_where_one_looks_for_it():
    good = pages.a_page()
    afterwards = f"{good.section('afterwards').body}\n\n::care after-emergency\n\n::care after-same-day"
    elsewhere = pages.a_page(
        sections=tuple(
            replace(
                part, body={"afterwards": afterwards, "when-to-call": "::phone"}.get(part.slot, part.body)
            )
            for part in good.sections
        )
    )

    assert rules(elsewhere) == ["A15", "A15"]


def test_a_condition_needs_no_risks_and_no_cards_after_an_injection():
    bare = checks.Reading(pages.a_page(kind="condition", risks=(), body=("when-to-call", "::phone")))

    assert list(structure.signs_afterwards_are_told(bare)) == []
    assert list(structure.risks_of_each_kind_are_told(bare)) == []


def test_a_heading_that_stands_twice_is_told_at_both_places():
    twice = found(structure.headings_are_plain, with_section("cost", heading="It has risks"))

    assert twice == [
        'section "risks": the heading stands twice (E36): “It has risks”',
        'section "cost": the heading stands twice (E36): “It has risks”',
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The upper nerves end at the top of the hip [@TWO].",
        'A leaflet calls it "safe and easy" [@TWO].',
        'It is not "risk-free" [@TWO].',
        "No test for this is without risk [@TWO]. You have no risk factors for it [@TWO].",
        "There is no known cure [@TWO]. It does not cure the cause [@TWO]. No pill cures it [@TWO].",
        "We cannot guarantee that it helps [@TWO]. The effect is not permanent [@TWO].",
        "It is not safe to drive [@TWO]. No block is painless, and no block works for everyone [@TWO].",
        "There is no gold standard [@TWO]. Relief does not prove the cause, and no test can prove the cause [@TWO].",
        "A fever is not normal [@TWO]. You have no danger signs [@TWO]. Not everyone can have this block [@TWO].",
        "We found hardly any studies [@TWO]. You do not need to call us before your visit [@TWO].",
        "It works well, and the block eases pain [@TWO]. Side effects are mild [@TWO].",
        "Stop warfarin before you come [@TWO]. Numbness for some hours is normal [@TWO].",
        "It was done in 2024 [@TWO].",
        "It is common: about 5 out of 100 people have it [@TWO].",
        "It is rare, but we do not have a reliable number [@TWO].",
        "Ask how often you need it [@TWO].",
        "It may be for you if:\n\n- your knee hurts [@TWO]",
        "You have a right to a written estimate. It is called a Good Faith Estimate [@TWO].",
        "The tough layer of tissue (fascia) is thin [@TWO]. We lift the fascia [@TWO].",
        "We lift the fascia (a tough layer of tissue) [@TWO].",
        "You get a steroid, which is a medicine meant to calm irritation [@TWO].",
        "A layer, or fascia, is in the way [@TWO].",
        "Doctors call it fascia [@TWO].",
        "You get an MRI or an X-ray in the US [@TWO].",
        "A pill that calms swelling (NSAID) may help [@TWO]. Ask which NSAIDs suit you [@TWO].",
        "A study with a comparison group [@TWO].",
        "The cause (etiology) is not known [@TWO].",
        "It helped 160 of 1,100 people, 60 of them twice, and 60 of 1000 others [@TWO].",
        "- 3 out of 100 pay [@TWO]\n\nText [@TWO].\n\n- 5 out of 1,000 do not [@TWO]",
        "- Waiting: some people get better by themselves [@TWO]\n- Pills: NICE is a UK institute, which is one that advises [@TWO]",
        "Pain fell from 70 points to 45 points, and from 170 points to 45.5 [@TWO].",
        "Of 100 people, 86 had less pain [@TWO]. Of 1,100 people, 60 did [@TWO]. Of 100 visits 60 were short [@TWO].",
        "We are open from 8:30am, and the street is 1/2 of a mile away [@TWO]. You pay 60 dollars per visit [@TWO].",
        "It is more likely with a nerve that is sore [@TWO]. You have had pain for years [@TWO].",
        "Harm is very unlikely: about 1 out of 10,000 people have it [@TWO].",
        "It takes 2 to 4 visits in March, before 5pm or 10:30am, and $10,000 [@TWO].",
        "No one pays for it, and the one who asks is told [@TWO].",
        "See the [signs](#emergency), the [risks](#risks) and the [first hours](#afterwards-in-the-first-hours) [@TWO].",
        "See the [card](#after-emergency), the [list](#risks-common) and [this](/procedures/sample-block/#cost) [@TWO].",
        "See [all pages](/procedures/), a [word](/glossary/#block) and [our form](/requests/new/) [@TWO].",
        "See the [study](https://a.example/x#y), [write](mailto:a@a.example) or [call](tel:+15035550100) [@TWO].",
    ],
)
def test_it_lets_pass(text):
    assert rules(with_body("cost", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "It costs 300 dollars, and the visit $120.",
        "We are open from 8am to 5pm and can help you by phone at 503-555-0142.",
        "We answer within 2 working days, and usually call you.",
        "The visit usually takes 45 minutes, and you rest with us for half an hour.",
        "It takes 15 to 30 minutes.",
        "Our request form asks the same 5 things.",
        "Write down your pain once a day for 2 weeks.",
        "Keep the numb skin away from heat for 24 hours.",
        "If you feel no better after 2 weeks, call us.",
        "We call you after 2 days and ask if it helped.",
        "Do not stop any medicine on your own.",
        "Ask us if you should stop your blood thinner.",
        "We tell you when to stop warfarin.",
        "Take your medicines as usual, unless we told you not to.",
        "Take your medicines with you.",
        "Call us before you stop a medicine.",
        "Tell us if you take aspirin.",
        "Should I stop warfarin?",
        "It helps us to see your list, and our form helps you to write it.",
        "The treatment does not mend the joint.",
        "The block may not help you, and if it works, call us.",
        "The knot may not be the cause, so ask us why we think that this knot is the cause.",
        "How long does relief last: weeks or months?",
        "We do not have a reliable number for how long relief lasts.",
        "It is rare, but we do not have a reliable number.",
        "It lasts for months [@TWO]. Ask us about the next step.",
    ],
)
def test_our_own_words_may_say(text):
    assert rules(with_body("cost", f"{text} {{.own}}")) == []


def test_what_may_come_and_what_we_do_about_it_is_no_claim():
    branch = "- Relief wears off after 2 weeks: we talk about exercise. {.own}"

    assert rules(with_body("next", branch)) == []
    assert rules(with_body("cost", branch)) == ["E6"]


def test_a_link_to_a_page_that_is_there_passes():
    text = "See [the knee](/conditions/knee/#who), and [on paper](/conditions/knee/leaflet.pdf) [@TWO]."
    there = frozenset({"/conditions/knee/"})

    assert rules(replace(with_body("cost", text), pages=there)) == []
    assert rules(with_body("cost", text)) == ["E7", "E7"]


@pytest.mark.parametrize(
    "changes",
    [
        {"lead": "See [this](/nothing/) [@TWO]."},
        {"key_facts": (*pages.a_page().key_facts, page.KeyFact("More", "See [this](/nothing/) [@TWO]."))},
        {"asked": (page.Asked("Where?", "See [this](/nothing/) [@TWO]."),)},
    ],
)
def test_dead_links_are_found_in_every_text(changes):
    assert rules(pages.a_page(**changes)) == ["E7"]
