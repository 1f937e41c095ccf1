"""The definition files that ship: complete, and exactly what was reviewed."""

import tomllib

import pytest

from outcomes import instruments, survey_flow
from outcomes.scoring import METHODS

LIBRARY = instruments.library().values()
READY = [instrument for instrument in LIBRARY if instrument.is_ready]
FILES = sorted(instruments.DEFINITIONS.glob("*.toml"))
OWN_WORDS = {one.code for one in READY} - {"peg", "phq2"}


def test_only_instruments_free_to_ship_are_built_in():
    assert set(instruments.library()) == {
        *("nrs_now", "nrs_average", "nrs_worst", "nrs_least", "nrs_rest", "nrs_activity"),
        *("peg", "pgic", "sane", "koos_jr", "hoos_jr", "phq2"),
        *("satisfaction", "would_repeat", "activity", "medication"),
        *("safety", "safety_spine", "safety_donor"),
    }


def test_what_has_no_official_words_has_none_at_all_and_is_not_ready():
    waiting = {one.code for one in LIBRARY if not one.is_ready}
    assert waiting == {"koos_jr", "hoos_jr"}
    assert not any(item.wording for code in waiting for item in instruments.get(code).items)


def test_an_unknown_code_says_so():
    with pytest.raises(instruments.UnknownInstrument, match="koos"):
        instruments.get("koos")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_names_its_licence_source_and_review(path):
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    assert raw["code"] == path.stem
    assert all(raw[field] for field in ("version", "licence", "source", "checked_by", "next_review"))
    assert all(bool(scale.get("mcid_source")) == ("mcid" in scale) for scale in raw.get("scales", ()))


def test_every_scale_spans_what_its_items_can_come_to():
    for instrument in LIBRARY:
        for scale in instrument.scales:
            assert scale.method in METHODS
            assert len(scale.items) >= scale.min_answered >= 1
            assert scale.minimum < scale.maximum
            if scale.method in ("value", "mean"):
                assert {(item.minimum, item.maximum) for item in scale.items} == {(scale.minimum, scale.maximum)}


def test_every_instrument_can_be_told_apart_and_asked():
    for instrument in LIBRARY:
        assert len({item.code for item in instrument.items}) == len(instrument.items) >= 1
        assert all(len(f"{instrument.code}.{item.code}") <= 60 for item in instrument.items)
        assert all(item.short and item.minimum < item.maximum for item in instrument.items)


@pytest.mark.parametrize("instrument", READY, ids=lambda instrument: instrument.code)
def test_every_answer_has_its_words_in_every_language(instrument):
    for language in instrument.languages:
        for question in survey_flow.questions_of((instrument,), language):
            wording, item = question.wording, question.item
            assert question.language == language
            assert wording.text and wording.short and "{" not in wording.text.replace("{target}", "")
            assert ("{target}" in wording.text) == ("{target}" in item.wording["en"].text)
            assert len(wording.options) == (item.maximum - item.minimum + 1 if item.kind == "choice" else 0)
            assert item.kind == "choice" or (wording.low and wording.high)


def test_what_is_worded_here_is_worded_in_spanish():
    assert {one.code for one in READY if one.languages == ("en", "es")} == OWN_WORDS


def test_what_must_be_answered_offers_a_way_not_to_say():
    for instrument in READY:
        for item in instrument.items:
            if not item.is_skippable:
                assert item.wording["en"].options[-1] == "I would rather not say"
                assert item.wording["es"].options[-1] == "Prefiero no decirlo"


def test_what_is_asked_after_treatment_is_not_asked_before_it():
    assert not instruments.get("pgic").is_asked_at_baseline
    assert instruments.get("peg").is_asked_at_baseline


def test_peg_is_worded_as_published():
    # Krebs 2009, J Gen Intern Med 24:733.
    assert [item.wording["en"].text for item in instruments.get("peg").items] == [
        "What number best describes your pain on average in the past week?",
        "What number best describes how, during the past week, pain has interfered with your enjoyment of life?",
        "What number best describes how, during the past week, pain has interfered with your general activity?",
    ]


def test_pgic_runs_from_best_to_worst():
    options = instruments.get("pgic").items[0].wording["en"].options
    assert (options[0], options[3], options[6]) == ("Very much improved", "No change", "Very much worse")


def test_an_older_version_stays_beside_the_newest(tmp_path):
    text = (instruments.DEFINITIONS / "sane.toml").read_text(encoding="utf-8")
    for version in ("2", "10", "1"):
        content = text.replace('version = "1"', f'version = "{version}"')
        (tmp_path / f"sane_{version}.toml").write_text(content, encoding="utf-8")
    found = instruments.read_definitions(tmp_path)
    assert [(raw["code"], raw["version"]) for raw in found] == [("sane", "1"), ("sane", "2"), ("sane", "10")]
