"""What the invented patients go through: pure draws, so no database."""

import datetime as dt
from decimal import Decimal
from statistics import mean

import pytest

from clinic.seeding import preparations
from clinic.seeding.story import chance, tell
from clinic.seeding.trajectories import COURSES, Kind, Trajectory, answers, answers_at, pain
from clinic.seeding.windows import windows
from outcomes import instruments
from outcomes.starter import TIMEPOINTS
from treatments.vocabulary import TARGETS, Modality, sides_of

TODAY = dt.date(2026, 3, 2)


def stories(count: int) -> list:
    return [tell(chance(1, number), number=number, opened_on=TODAY, today=TODAY) for number in range(count)]


def test_every_answer_is_one_the_instrument_offers():
    offered = {
        f"{code}.{item.code}": range(item.minimum, item.maximum + 1)
        for code, instrument in instruments.library().items()
        for item in instrument.items
    }
    for story in stories(200):
        for reply in story.replies.values():
            assert all(value is None or value in offered[item] for item, value in reply.answers.items())


def test_another_seed_makes_other_people():
    one, other = (tell(chance(seed, 1), number=1, opened_on=TODAY, today=TODAY) for seed in (1, 2))
    assert one.person != other.person


def test_a_responder_gets_better_and_a_relapse_comes_back():
    responder, relapse = Trajectory(Kind.RESPONDER, 6, None), Trajectory(Kind.RELAPSE, 6, None)
    assert pain(responder, 0) == 6
    assert pain(responder, 182) < 3
    assert pain(relapse, 91) < 3 < pain(relapse, 365)


def test_a_flare_is_worse_after_a_week():
    assert pain(Trajectory(Kind.FLARE, 6, None), 7) > 8


@pytest.mark.parametrize("kind", Kind)
def test_pain_stays_on_the_scale_long_after(kind):
    assert 0 <= pain(Trajectory(kind, 9.5, None), 10_000) <= 10
    assert COURSES[kind][0] == (0, 0.0)


def test_who_drops_out_answers_nothing_afterwards():
    dropped = Trajectory(Kind.PARTIAL, 6, silent_from_day=30)
    assert not any(answers_at(chance(1, number), dropped, 42) for number in range(50))


def test_change_is_not_asked_before_treatment():
    trajectory = Trajectory(Kind.RESPONDER, 6, None)
    assert "pgic.change" not in answers(chance(1, 1), trajectory, 0)
    assert "pgic.change" in answers(chance(1, 1), trajectory, 42)


def test_fewer_and_fewer_answer():
    told = stories(600)
    shares = [mean(plan.name in story.replies for story in told) for plan in TIMEPOINTS]
    assert shares[0] > 0.8
    assert 0.4 < shares[-1] < 0.65


def test_sides_fit_their_targets():
    for story in stories(200):
        assert story.complaint.side in sides_of(story.complaint.target)
        assert story.complaint.target in TARGETS


def test_a_baseline_is_answered_before_the_first_session():
    for story in stories(200):
        for window in windows(story, TODAY + dt.timedelta(days=600)):
            if window.name == "baseline" and window.answered_on:
                assert window.answered_on < story.treated_on()[0]
            elif window.answered_on:
                assert window.opens_on <= window.answered_on <= window.closes_on


@pytest.mark.parametrize("modality", [Modality.PRP, Modality.CELL, Modality.EXOSOME])
def test_a_preparation_injects_what_the_session_injects(modality):
    drawn = preparations.draw(chance(1, 1), modality, volume_ml=6, side="right")
    injected = {"prp": "prp_injected_ml", "cell": "final_volume_ml", "exosome": "volume_ml"}[modality]
    assert drawn[injected] == Decimal(6)
