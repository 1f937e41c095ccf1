"""Files with instruments: read, looked at, and given away again. Only made-up questionnaires."""

import json

import pytest

from outcomes.bringing import Scoring, Unreadable, problems_of, questionnaire_of, read_file, version_of
from outcomes.bringing.checking import complete
from outcomes.instrument_words import questions, scoring_words
from outcomes.instruments import instrument_of
from outcomes.licensed import known_definitions
from tests.outcomes.bringing import (
    BARE,
    GARDEN,
    MISSING,
    changed,
    dictionary,
    option,
    questionnaire,
    words,
)

LONG = "x" * 601


def read(content: bytes | str | dict, **more):
    content = json.dumps(content) if isinstance(content, dict) else content
    return read_file(content.encode() if isinstance(content, str) else content, **more)


# Definitions


def test_a_definition_is_the_same_in_toml_json_and_fhir():
    from_toml = read(GARDEN)
    definition = from_toml.definition
    assert from_toml.problems == from_toml.notes == ()
    assert read(dict(definition)).definition == read(questionnaire_of(definition)).definition == definition
    assert version_of(definition) == version_of({**definition, "version": version_of(definition)})
    assert version_of(definition).startswith("1-")


def test_what_may_be_left_out_is_written_out():
    definition = read(BARE).definition
    assert definition["scales"][0] == {
        "code": "garden",
        "name": "Garden scale",
        "method": "mean",
        "items": ["pain", "stiff"],
        "higher_is_better": False,
        "min_answered": 2,
        "minimum": "0",
        "maximum": "10",
        "mcid_source": "",
        "table": [],
        "recode": {},
        "bands": [],
    }
    assert definition["items"][0]["minimum"] == 0
    assert read(changed(scales__0__maximum="10.0", items__0__minimum=0)).definition == definition


@pytest.mark.parametrize("code", known_definitions())
def test_every_definition_that_there_is_survives_fhir(code):
    definition = complete(known_definitions()[code])
    given = questionnaire_of(definition)
    again = read(given)
    assert (again.problems, again.definition) == ((), definition)
    assert given["resourceType"] == "Questionnaire" and given["identifier"][0]["value"] == code
    assert len({item["linkId"] for item in given["item"]}) == len(definition["items"])


def test_loinc_codes_leave_with_their_notice_and_the_licence_stays_apart():
    given = questionnaire_of(known_definitions()["peg"])
    assert given["code"] == [{"system": "http://loinc.org", "code": "91148-7"}]
    assert [item["code"][0]["code"] for item in given["item"]] == ["75893-8", "91145-3", "91146-1"]
    assert "Regenstrief" in given["copyright"] and "Krebs" in given["copyright"]
    assert "code" not in questionnaire_of(known_definitions()["sane"])
    assert "Regenstrief" not in read(given).definition["licence"]


@pytest.mark.parametrize(
    ("changes", "place", "rule"),
    [
        ({"code": "Garden"}, "code", "is not a code"),
        ({"code": MISSING}, "code", "is missing"),
        ({"version": "next"}, "version", "is not a version"),
        ({"name": " "}, "name", "is empty"),
        ({"name": 7}, "name", "is not text"),
        ({"answers": []}, "answers", "is not known here"),
        ({"asked": "sometimes"}, "asked", "is not one of: always, after treatment"),
        ({"items": []}, "items", "1 to 60"),
        ({"items__0": "pain"}, "item 1", "is not a group"),
        ({"items__0__kind": "slider"}, "item 1, kind", "is not one of: scale, choice, number"),
        ({"items__0__maximum": 10.0}, "item 1, maximum", "whole number from 0 to 999"),
        ({"items__0__maximum": True}, "item 1, maximum", "whole number"),
        ({"items__0__minimum": 10}, "item 1 (pain)", "has to be above its minimum"),
        ({"items__0__maximum": 11}, "item 1 (pain)", "at most 11 numbers"),
        ({"items__1__code": "pain"}, "item 2 (pain)", "comes twice"),
        ({"items__0__code": "p" * 40, "code": "g" * 20}, "item 1", "longer than 59"),
        ({"items__0__en__text": LONG}, "item 1, en, text", "600 are the most"),
        ({"items__0__en__text": "How <b>bad</b>?"}, "item 1, en, text", "holds HTML (<b)"),
        ({"items__0__en__text": "How bad &amp; sad?"}, "item 1, en, text", "holds HTML"),
        ({"items__0__en__text": "How bad is {name}?"}, "item 1, en, text", "({name}); only {target}"),
        ({"items__0__en__short": "Your {target}"}, "item 1, en, short", "none may stand there"),
        ({"items__0__en__text": "How\u202e bad?"}, "item 1, en, text", "control character"),
        ({"items__0__en__options": ["a", "b"]}, "item 1 (pain), en, options", "answered with a number"),
        ({"items__0__kind": "choice"}, "item 1 (pain), en, options", "need 11"),
        ({"items__0__es": {"text": "¿Cómo?", "short": "Dolor"}}, "item stiff", "has no Spanish words, though"),
        ({"items__0__en": MISSING, "items__1__en": MISSING}, "", "has no words to ask in"),
        ({"items__0__is_skippable": False}, "item pain, is_skippable", "has to allow no answer"),
        ({"scales__0__method": "median"}, "scale 1, method", "is not one of: value, sum"),
        ({"scales__0__method": "value"}, "scale 1 (garden), items", "one item"),
        ({"scales__0__items": ["pane"]}, "scale 1 (garden), items", "there is no item pane"),
        ({"scales__0__items": ["pain", "pain"]}, "scale 1 (garden), items", "counts twice"),
        ({"scales__0__min_answered": 3}, "scale 1 (garden), min_answered", "there are 2 items"),
        ({"scales__0__method": "sum", "scales__0__min_answered": 1}, "scale 1 (garden), min_answered", "every item"),
        ({"scales__0__maximum": 20}, "scale 1 (garden), maximum", "the items come to 10"),
        ({"scales__0__maximum": "NaN"}, "scale 1, maximum", "is not a number"),
        ({"scales__0__mcid": "1E999999999"}, "scale 1, mcid", "9 digits"),
        ({"scales__0__mcid": "9" * 100_000}, "scale 1, mcid", "9 digits"),
        ({"scales__0__mcid": 1e300}, "scale 1, mcid", "9 digits"),
        ({"scales__0__mcid": 2}, "scale 1 (garden), mcid_source", "come together"),
        ({"scales__0__table": ["1", "2"]}, "scale 1 (garden), table", "has none"),
        ({"scales__0__method": "table", "scales__0__table": ["1", "2"]}, "scale 1 (garden), table", "0 to 20 need 21"),
        ({"scales__0__recode": {"pain": [1, 2]}}, "scale 1 (garden), recode", "its answers need 11"),
        ({"scales__0__bands": [[5, "bad"], [0, "good"]]}, "scale 1 (garden), bands", "higher and higher"),
        ({"scales__0__method": "profile"}, "scale 1 (garden), method", "answers from 1 to 9"),
        ({"items__1__maximum": 5}, "scale 1 (garden), method", "the same range"),
        ({"scales__0__code": "peg"}, "scale peg", "taken by PEG"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_rule(changes, place, rule):
    said = [(finding.place, finding.words) for finding in problems_of(changed(**changes))]
    assert any(where.startswith(place) and rule in what for where, what in said), said
    assert all(len(what) < 400 for _, what in said)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (b"[" * 100_000, "nested deeper than 20"),
        (b"a = " + b"[" * 100_000, "nested deeper than 20"),
        (b"[" + b"1," * 30_000 + b"1]", "more than 20,000 values"),
        (b'{"a": 1, "a": 2}', "'a' is given twice"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "more than 40 digits"),
        (b"{", "not valid JSON"),
        (b"code = ", "not valid TOML"),
        (b"a." * 400_000 + b"a = 1", "more than 20 dots"),
        (b'"b".' * 200_000 + b"a = 1", "more than 20 dots"),
        (b"[]", "holds a list"),
        (b"<Questionnaire/>", "XML or HTML"),
        (b'{"resourceType": "Patient"}', "is a FHIR Patient"),
        (b'{"resourceType": ["Questionnaire"]}', "bring a Questionnaire"),
        (b'{"resourceType": "Questionnaire"}', "no question that could be asked"),
        (questionnaire({"type": "boolean", "text": "x"}, language="de"), "English and Spanish"),
        (dictionary(), "has no rows"),
        (b"field_name,form_name\r\na,b", "lacks the column 'field type'"),
        (dictionary('a,one,,radio,A,"0, No | 1, Yes"', 'b,two,,radio,B,"0, No | 1, Yes"'), "has 2 forms: one, two"),
        (dictionary('a,one,,calc,A,"[b]+1"'), "no field that could be asked"),
    ],
)
def test_what_cannot_be_read_says_why(content, reason):
    with pytest.raises(Unreadable, match=reason):
        read(content)


@pytest.mark.parametrize("junk", [7, "x", [], {}, [7], {"a": [7]}, None, True, -1.5])
def test_no_shape_of_json_breaks_the_reader(junk):
    """Whatever stands where, there is a finding or a reason, never a crash."""
    sound = json.loads(
        questionnaire({"linkId": "a", "type": "choice", "text": "A", "answerOption": [option("x", 0), option("y", 1)]})
    )
    for name in ("item", "extension", "code", "identifier", "language", "title", "version", "contained", "copyright"):
        looked_at({**sound, name: junk})
    for name in ("type", "text", "_text", "answerOption", "extension", "linkId", "item", "code", "enableWhen"):
        looked_at({**sound, "item": [{**sound["item"][0], name: junk}]})
    for name in BARE:
        looked_at({**BARE, name: junk})
    for part in ("items", "scales"):
        for name in BARE[part][0]:
            looked_at({**BARE, part: [{**BARE[part][0], name: junk}]})


def looked_at(raw: dict) -> None:
    try:
        brought = read(raw)
    except Unreadable as reason:
        assert str(reason)
    else:
        assert brought.problems or brought.definition


def test_the_words_of_a_group_are_not_multiplied_without_end():
    one = {"type": "choice", "text": "A", "answerOption": [option("x", 0), option("y", 1)]}
    many = [{**one, "linkId": str(number)} for number in range(500)]
    brought = read(questionnaire({"type": "group", "text": "word " * 100_000, "item": many}))
    assert "600 are the most" in str(brought.problems[0]) or "1 to 60" in str(brought.problems[0])


# Known instruments


def test_the_words_of_a_known_instrument_need_no_scoring():
    items = [
        {**item, "en": {"text": f"Made-up question {n}", "short": f"Made up {n}", "options": list("abcde")}}
        for n, item in enumerate(known_definitions()["koos_jr"]["items"])
    ]
    raw = {**known_definitions()["koos_jr"], "needs_official_text": False, "items": items}
    del raw["scales"]
    brought = read(raw)
    assert brought.problems == ()
    assert len(brought.definition["scales"][0]["table"]) == 29


def test_a_known_instrument_keeps_its_questions_and_scoring():
    ours = dict(known_definitions()["peg"])
    fewer = {**ours, "items": ours["items"][:2]}
    assert "are not those of PEG" in str(problems_of(fewer)[0])
    otherwise = {**ours, "scales": [{**ours["scales"][0], "mcid": 2}]}
    assert "are not scored as PEG" in str(problems_of(otherwise)[0])


PHQ9 = dict(zip(
    ["interest", "mood", "sleep", "energy", "appetite", "failure", "concentration", "movement", "self_harm"],
    ["44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"],
    strict=True,
))  # fmt: skip


def loinc_item(number: str, *, weights: tuple[int, ...] = (0, 1, 2, 3), **more) -> dict:
    """As the public form builder of the LOINC project writes it."""
    url = "http://hl7.org/fhir/StructureDefinition/"
    prefix = {"url": f"{url}questionnaire-optionPrefix", "valueString": "0"}
    options = [option(f"Answer {weight}", weight) for weight in weights]
    for one in options:
        one["extension"].insert(0, prefix)
    return {
        "type": "choice",
        "required": True,
        "linkId": f"/{number}",
        "code": [{"system": "http://loinc.org", "code": number, "display": "x"}],
        "text": f"Question {number}?",
        "extension": [{"url": f"{url}questionnaire-minOccurs", "valueInteger": 1}],
        "answerOption": options,
        **more,
    }


def test_a_questionnaire_with_loinc_codes_is_recognised_and_put_in_order():
    total = {"type": "decimal", "linkId": "/44261-6", "text": "Total score", "readOnly": True}
    hard = loinc_item("69722-7")
    items = [loinc_item(number) for number in reversed(PHQ9.values())]
    items[0] = loinc_item("44260-8", weights=(3, 2, 1, 0))
    panel = [{"system": "http://loinc.org", "code": "44249-1"}]
    brought = read(questionnaire(total, hard, *items, code=panel, title="PHQ-9 panel"))
    assert brought.problems == ()
    assert brought.definition["code"] == "phq9"
    assert [item["code"] for item in brought.definition["items"]] == list(PHQ9)
    assert brought.definition["items"][8]["en"]["options"] == [f"Answer {n}" for n in range(4)]
    assert brought.definition["scales"][0]["maximum"] == "27"
    said = "\n".join(words(brought))
    assert "is worked out, not asked, and was left out: “Total score”" in said
    assert "Item _" not in said and "was left out: PHQ-9 does not score it" in said
    assert "that it has to be answered was not carried over" in said and "minOccurs was not carried over" in said


def test_the_question_about_self_harm_is_told_wherever_it_stands():
    brought = read(questionnaire(loinc_item("44260-8"), loinc_item("44250-9")))
    assert [item["code"] for item in brought.definition["items"]] == ["self_harm", "item_44250_9"]


# FHIR of others

CORE = "http://hl7.org/fhir/StructureDefinition/"


def test_groups_translations_and_weights_are_carried_over():
    spanish = {"extension": [{"url": f"{CORE}translation", "extension": [
        {"url": "lang", "valueCode": "es"}, {"url": "content", "valueString": "¿Cómo le fue al cavar?"}]}]}  # fmt: skip
    options = [option("Badly", 4, f"{CORE}itemWeight"), option("Well", 1, f"{CORE}itemWeight")]
    for one, text in zip(options, ("Mal", "Bien"), strict=True):
        one["valueCoding"]["_display"] = json.loads(
            json.dumps(spanish, ensure_ascii=False).replace("¿Cómo le fue al cavar?", text)
        )
    group = {
        "type": "group",
        "linkId": "g",
        "text": "Last week:",
        "item": [
            {
                "type": "choice",
                "linkId": "1.a",
                "text": "How was <b>digging</b>?",
                "_text": spanish,
                "answerOption": options,
            }
        ],
    }
    brought = read(questionnaire(group, language="en-US"), scoring=Scoring("sum", higher_is_better=False))
    (item,), (scale,) = brought.definition["items"], brought.definition["scales"]
    assert item["code"] == "item_1_a"
    assert item["en"]["text"] == "Last week: How was digging?"
    assert item["es"] == {
        "text": "¿Cómo le fue al cavar?",
        "short": "¿Cómo le fue al cavar?",
        "low": "",
        "high": "",
        "options": ["Mal", "Bien"],
    }
    assert (scale["recode"], scale["minimum"], scale["maximum"]) == ({"item_1_a": [4, 1]}, "1", "4")
    assert any("the words of this group stand before" in note for note in words(brought))
    assert any("markup and braces were taken out" in note for note in words(brought))


def test_numbers_become_rows_or_are_typed():
    ends = [{"url": f"{CORE}minValue", "valueInteger": 0}]
    slider = {"url": f"{CORE}questionnaire-itemControl", "valueCodeableConcept": {"coding": [{"code": "slider"}]}}
    lower = {"url": f"{CORE}questionnaire-itemControl", "valueCodeableConcept": {"coding": [{"code": "lower"}]}}
    brought = read(
        questionnaire(
            {"type": "integer", "linkId": "a", "text": "A", "extension": [*ends, {"url": f"{CORE}maxValue", "valueInteger": 10}, slider],
             "item": [{"type": "display", "linkId": "a.1", "text": "None", "extension": [lower]}]},
            {"type": "decimal", "linkId": "b", "text": "B", "extension": [*ends, {"url": f"{CORE}maxValue", "valueDecimal": 100}]},
            {"type": "choice", "linkId": "c", "text": "C", "answerOption": [{"valueInteger": n} for n in range(11)]},
            {"type": "boolean", "linkId": "d", "text": "D", "required": True, "enableWhen": [{"question": "a"}]},
            {"type": "integer", "linkId": "e", "text": "E"},
            {"type": "text", "linkId": "f", "text": "Tell us more"},
            {"type": "choice", "linkId": "g", "text": "G", "answerValueSet": "http://example.org/set"},
            {"type": "choice", "linkId": "h", "text": "H", "answerValueSet": "#set"},
            contained=[{"resourceType": "ValueSet", "id": "set", "compose": {"include": [{"concept": [
                {"code": "1", "display": "Yes"}, {"code": "2", "display": "No"}]}]}}],
            useContext=[],
        )
    )  # fmt: skip
    items = {item["code"]: item for item in brought.definition["items"]}
    assert {code: item["kind"] for code, item in items.items()} == {
        "a": "scale",
        "b": "number",
        "c": "scale",
        "d": "choice",
        "h": "choice",
    }
    assert items["a"]["en"]["low"] == "None" and items["b"]["maximum"] == 100
    assert items["d"]["en"]["options"] == ["No", "Yes"] and items["h"]["en"]["options"] == ["Yes", "No"]
    assert set(words(brought)) >= {
        "says no language: its words are taken to be English",
        "item 4: is asked always: the condition under which it is asked (enableWhen) was not carried over",
        "item 5: was left out: a number needs its lowest and highest whole value (minValue, maxValue): “E”",
        "item 6: was left out: an answer of type 'text' cannot be asked: “Tell us more”",
        "item 7: was left out: its answers are not in the file, too many, or not two: “G”",
        "item 8: its answers count 0, 1, 2 … in their order, because they have none that is a whole number",
        "not used: useContext",
        "has no scoring: answers are kept, and no score is made",
        "has no Spanish words: check-ins in Spanish leave it out",
    }


def test_answers_are_found_in_a_value_set_that_is_written_out():
    """Built like an example of the public form builder of the LOINC project."""
    weighed = [{"code": "1", "display": f"Answer {n}", **option("", n, f"{CORE}itemWeight")} for n in (1, 10, 2)]
    for one in weighed:
        del one["valueCoding"]
    sets = [{"resourceType": "ValueSet", "id": "v", "url": "http://example.org/v", "expansion": {"contains": weighed}}]
    ways = ("#v", "http://example.org/v")
    items = [{"type": "choice", "linkId": f"a{n}", "text": "A", "answerValueSet": way} for n, way in enumerate(ways)]
    nameless = {"type": "choice", "linkId": "b", "answerValueSet": "#v"}
    brought = read(questionnaire(*items, nameless, contained=sets), scoring=Scoring("sum"))
    assert [item["en"]["options"] for item in brought.definition["items"]] == [
        ["Answer 1", "Answer 10", "Answer 2"]
    ] * 2
    assert brought.definition["scales"][0]["recode"] == {"a0": [1, 10, 2], "a1": [1, 10, 2]}
    assert "item 3: was left out: it has no words: “b”" in words(brought)


# REDCap


def test_a_data_dictionary_is_carried_over_as_far_as_it_goes():
    brought = read(
        dictionary(
            'record_id,garden,,text,Record,,,,,,,,,,,,,',
            'dig,garden,"<b>Last week</b>",radio,"How was <i>digging</i>?","0, None | 1, Mild | 2, Severe",,,,,,,y,,,m1,,',
            'rake,garden,,dropdown,How was raking?,"5, Good | 3, Fair | 1, Poor",A note,,,,,"[dig] = \'1\'",,,,,,@HIDDEN',
            'tired,garden,Other,yesno,Were you tired?,,,,,,,,,,,,,',
            'vas,garden,,slider,Pain,"No pain | Some | Worst pain",,,,,,,,,,,,',
            'days,garden,,text,Days,,,integer,0,7,,,,,,,,',
            'which,garden,,checkbox,Which tools?,"1, Spade | 2, Rake",,,,,,,,,,,,',
            'sum,garden,,calc,Sum,"[dig]+[rake]",,,,,,,,,,,,',
        ),
        scoring=Scoring("mean"),
    )  # fmt: skip
    assert [str(one) for one in brought.problems] == [
        'scale 1 (garden), method: "mean" needs items that all have the same range'
    ]
    unscored = read(
        dictionary('dig,garden,Work,radio,How was <i>digging</i>?,"0, None | 1, Mild",,,,,,,,,,m1,,'), language="es"
    )
    (item,) = unscored.definition["items"]
    assert (item["es"]["text"], item["es"]["options"]) == ("Work How was digging?", ["None", "Mild"])
    assert set(words(brought)) >= {
        "row 2 (record_id): was left out: it takes text, or a number without its lowest and highest whole value",
        "row 3 (dig): markup and braces were taken out of its words",
        "row 3 (dig): may be skipped: that it has to be answered was not carried over",
        "row 4 (rake): is asked always: its branching logic was not carried over",
        "row 4 (rake): its field note was left out",
        "row 4 (rake): its field annotation (action tags) was not carried over",
        "row 5 (tired): the section header before it was left out",
        "row 6 (vas): the word in the middle of the slider was not carried over",
        "row 8 (which): was left out: it takes several answers",
        "row 9 (sum): was left out: it is worked out, not asked",
    }


def test_a_data_dictionary_can_be_scored():
    rows = ('dig,garden,,radio,Digging?,"0, None | 1, Mild"', 'rake,garden,,radio,Raking?,"2, Good | 0, Bad"')
    brought = read(dictionary(*rows), scoring=Scoring("sum", higher_is_better=True))
    assert (brought.problems, brought.definition["code"]) == ((), "garden")
    (scale,) = brought.definition["scales"]
    assert (scale["recode"], scale["maximum"]) == ({"rake": [2, 0]}, "3")
    assert "what answers count for was not carried over, of rake" in "\n".join(words(read(dictionary(*rows))))


# In words


def test_an_instrument_is_told_in_words():
    one = instrument_of(read(GARDEN).definition)
    told = dict(questions(one))
    assert told["English"][0].text == "How well could you dig with your right knee?"
    assert told["Spanish"][1].answers == ("0: Nada", "1: Un poco", "2: Bien", "3: Muy bien")
    assert (
        scoring_words(one.scales[0], one) == "The sum of the answers; 0 to 6, higher is better; every question needed."
    )
    odi, pain = (instrument_of(known_definitions()[code]) for code in ("odi", "promis_global_10"))
    assert "at least 9 of 10 questions needed" in scoring_words(odi.scales[0], odi)
    assert "a change of 10 matters" in scoring_words(odi.scales[0], odi)
    assert "the answers to Global 8 count 5, 4, 3, 2, 1" in scoring_words(pain.scales[0], pain)
