"""First response, durability and occupancy, case by case."""

import pytest

from outcomes.statistics.responses import Seen, State, durability, first_response, occupancy
from outcomes.statistics.survival import Spell


def seen(pattern, days=(14, 42, 91, 182, 365)):
    """Scores by timepoint: + is a response, - is none, a space is a missing score."""
    return [Seen(day, mark == "+") for mark, day in zip(pattern, days, strict=False) if mark != " "]


@pytest.mark.parametrize(
    ("pattern", "spell"),
    [
        ("+-", Spell(14, is_event=True)),
        ("-- +", Spell(182, is_event=True)),
        ("--- ", Spell(91, is_event=False)),
        ("", None),
    ],
)
def test_first_response_is_the_day_it_was_first_seen(pattern, spell):
    assert first_response(seen(pattern)) == spell


@pytest.mark.parametrize(
    ("pattern", "at_one", "at_two"),
    [
        ("+++++", Spell(351, is_event=False), Spell(351, is_event=False)),
        ("+-+++", Spell(28, is_event=True), Spell(351, is_event=False)),
        ("+--+ ", Spell(28, is_event=True), Spell(28, is_event=True)),
        ("-+ - ", Spell(140, is_event=True), Spell(140, is_event=False)),
        ("-+- -", Spell(49, is_event=True), Spell(49, is_event=True)),
        ("    +", Spell(0, is_event=False), Spell(0, is_event=False)),
        ("---", None, None),
    ],
)
def test_durability_ends_at_the_first_of_confirmed_losses(pattern, at_one, at_two):
    assert durability(seen(pattern), confirm=1) == at_one
    assert durability(seen(pattern)) == at_two


def test_scores_after_a_retreatment_belong_to_the_next_course():
    assert first_response(seen("--+"), retreated_on=60) == Spell(42, is_event=False)
    assert first_response(seen("--+"), retreated_on=14) is None
    assert durability(seen("++--"), retreated_on=91) == Spell(28, is_event=False)
    assert durability(seen("--+"), retreated_on=91) is None


def test_occupancy_shares_out_those_seen():
    found = occupancy([State.RESPONDING] * 3 + [State.NOT_RESPONDING] + [State.MISSING] * 2 + [State.RETREATED])
    assert (found.responding, found.not_responding, found.missing, found.retreated) == (3, 1, 2, 1)
    assert (found.share.k, found.share.n, found.share.value) == (3, 4, 0.75)
    assert occupancy([State.MISSING]).share.value is None
