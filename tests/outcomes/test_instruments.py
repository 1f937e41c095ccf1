"""The definition files that ship: complete, and exactly what was reviewed."""

import tomllib

import pytest

from outcomes import instruments, survey_flow

LIBRARY = instruments.library().values()
FILES = sorted(instruments.DEFINITIONS.glob("*.toml"))


def test_only_instruments_free_to_ship_are_built_in():
    assert set(instruments.library()) == {"nrs_now", "nrs_average", "peg", "pgic"}


def test_an_unknown_code_says_so():
    with pytest.raises(instruments.UnknownInstrument, match="koos"):
        instruments.get("koos")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_names_its_licence_source_and_review(path):
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    assert raw["code"] == path.stem
    assert all(raw[field] for field in ("version", "licence", "source", "checked_by", "next_review"))
    assert bool(raw.get("mcid_source")) == ("mcid" in raw)


@pytest.mark.parametrize("instrument", LIBRARY, ids=lambda instrument: instrument.code)
class TestEveryInstrument:
    def test_items_can_be_told_apart(self, instrument):
        assert len({item.code for item in instrument.items}) == len(instrument.items) >= instrument.min_answered >= 1

    def test_items_span_the_range_of_the_score(self, instrument):
        assert {(item.minimum, item.maximum) for item in instrument.items} == {(instrument.minimum, instrument.maximum)}

    def test_items_are_worded_in_english(self, instrument):
        for item in instrument.items:
            wording = item.wording["en"]
            assert wording.text
            assert wording.short
            assert "{" not in wording.text.replace("{target}", "")

    def test_every_answer_has_its_words(self, instrument):
        for item in instrument.items:
            wording = item.wording["en"]
            if item.kind == "choice":
                assert len(wording.options) == item.maximum
            else:
                assert wording.low and wording.high

    def test_a_key_fits_its_column(self, instrument):
        assert all(len(question.key) <= 60 for question in survey_flow.questions_of([instrument.code]))


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
