"""The rules of red flags on both sides of every boundary, and the hours in which somebody could have worked on one."""

import datetime as dt
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from outcomes import red_flags
from outcomes.instruments import library
from outcomes.red_flags import Situation, Treatment, judge, judge_words, rule_book
from outcomes.working_hours import WorkingHours
from treatments.vocabulary import Modality, Region

ITEMS = {
    "fever": "safety.fever", "worse": "safety.worse", "joint": "safety.joint", "nerve": "safety.nerve",
    "clot": "safety.clot", "wound": "safety.wound", "saddle": "safety_spine.saddle", "gait": "safety_spine.gait",
    "rash": "safety_donor.rash", "item9": "phq9.self_harm", "pain": "nrs_now.now",
}  # fmt: skip


def treated(day: int, modality: str = "prp", *, donor: bool = False, here: bool = True) -> Treatment:
    return Treatment(day, modality, donor, here)


def hits(*treatments: Treatment, region: str = "knee", baseline: int | None = None, sent=False, **answers) -> list[str]:
    """Codes of the rules that these answers hit."""
    situation = Situation(
        answers={ITEMS[name]: value for name, value in answers.items()},
        region=region,
        treatments=lambda: treatments,
        baselines={} if baseline is None else {ITEMS["pain"]: Decimal(baseline)},
    )
    return [hit.rule.code for hit in judge(situation, is_sent=sent)]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"fever": 1}, []),
        ({"worse": 1}, []),
        ({"fever": 1, "worse": 1}, ["fever_and_worse"]),
        ({"joint": 1}, ["hot_joint"]),
        ({"joint": 0}, []),
        ({"nerve": 1}, ["nerve"]),
        ({"saddle": 1}, ["saddle"]),
        ({"gait": 1}, ["gait"]),
        ({"clot": 1}, ["clot"]),
        ({"wound": 1}, ["wound"]),
        ({"wound": 1, "fever": 1}, ["wound", "wound_and_fever"]),
        ({"wound": 1, "fever": 2}, ["wound"]),
        ({"rash": 1}, []),
        ({"item9": 0}, []),
        ({"item9": 1}, ["self_harm"]),
        ({"item9": 3}, ["self_harm"]),
        ({"item9": None}, []),
        (dict.fromkeys(["fever", "worse", "joint", "nerve", "clot", "wound", "saddle", "gait", "rash"], 2), []),
        (dict.fromkeys(["fever", "worse", "joint", "nerve", "clot", "wound", "saddle", "gait", "rash"], 0), []),
    ],
)
def test_what_is_answered_ten_days_after_treatment(answers, expected):
    assert hits(treated(10), **answers) == expected


@pytest.mark.parametrize("answers", [{"fever": 1, "worse": 1}, {"joint": 1}])
def test_infection_counts_from_the_last_session_for_thirty_days(answers):
    assert [bool(hits(treated(day), **answers)) for day in (0, 30, 31)] == [True, True, False]
    assert hits(**answers) == [], "never treated"
    assert hits(treated(40), treated(5, here=False), **answers), "another joint was treated five days ago"


def test_what_has_no_days_counts_always():
    for name in ("nerve", "clot", "saddle", "gait", "wound", "item9"):
        assert hits(**{name: 1}) and hits(treated(400), **{name: 1})


def test_nerves_after_treatment_of_the_spine_have_a_rule_of_their_own():
    assert {region.value: hits(region=region, nerve=1) for region in Region} == {
        region.value: ["nerve_spine"] if region in (Region.NECK, Region.BACK) else ["nerve"] for region in Region
    }


@pytest.mark.parametrize("name", ["fever", "rash", "joint", "wound"])
def test_after_a_donors_product_any_sign_of_infection_counts(name):
    for modality in ("cell", "exosome"):
        assert "donor_reaction" in hits(treated(30, modality, donor=True), **{name: 1})
        assert "donor_reaction" not in hits(treated(31, modality, donor=True), **{name: 1})
    assert "donor_reaction" not in hits(treated(3, "cell"), **{name: 1}), "own cells"
    assert "donor_reaction" not in hits(treated(3), **{name: 1})
    assert "donor_reaction" in hits(treated(3), treated(20, "exosome", donor=True), **{name: 1}), "not the last session"


@pytest.mark.parametrize(
    ("day", "pain", "baseline", "expected"),
    [
        (1, 7, 5, []),
        (1, 8, 5, ["pain_rises"]),
        (3, 8, 8, []),
        (4, 7, 8, []),
        (4, 8, 8, ["pain_severe"]),
        (4, 8, None, ["pain_severe"]),
        (400, 8, 9, ["pain_severe"]),
        (6, 5, 5, []),
        (7, 5, 5, ["pain_not_settling"]),
        (7, 4, 5, []),
        (30, 6, 5, ["pain_not_settling"]),
        (31, 6, 5, []),
        (7, 5, None, []),
        (7, 9, 6, ["pain_rises", "pain_severe", "pain_not_settling"]),
        (7, None, 6, []),
    ],
)
def test_pain_is_judged_when_it_is_sent(day, pain, baseline, expected):
    assert hits(treated(day), pain=pain, baseline=baseline, sent=True) == expected
    assert hits(treated(day), pain=pain, baseline=baseline) == [], "not before"
    elsewhere = treated(0, here=False)
    assert hits(treated(day), elsewhere, pain=pain, baseline=baseline, sent=True) == expected, "another joint's flare"


def test_pain_before_treatment_is_no_flag():
    assert hits(pain=10, baseline=2, sent=True) == []


@pytest.mark.parametrize(
    "remark",
    [
        "I want to die.", "i WANT to DIE", "thinking of suicide", "I don’t want to live like this", "self-harm",
        "Quiero morirme", "no quiero vivir así", "quiero hacerme dano", "QUISIERA ESTAR MUERTA", "pienso en el suicidio",
        "better off dead, honestly",
    ],
)  # fmt: skip
def test_words_of_self_harm_are_found_in_both_languages(remark):
    (hit,) = judge_words(remark)
    assert (hit.rule.code, hit.rule.level, hit.rule.message) == ("self_harm_words", "red", "self_harm")


@pytest.mark.parametrize(
    "remark",
    [
        "",
        "I hurt myself on the stairs",
        "My diet is good",
        "the needle was deadly accurate",
        "me muero de ganas",
        "Suicidesquad",
    ],
)
def test_other_words_are_not(remark):
    assert judge_words(remark) == []


def test_the_rules_fit_each_other_and_what_is_asked():
    rules = [*rule_book().rules, rule_book().about_words]
    assert len({rule.code for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.level in (red_flags.RED, red_flags.AMBER)
        assert bool(rule.message) == (rule.level == red_flags.RED), "red ones tell the patient what to do"
        assert rule.message in ("", *red_flags.MESSAGES)
        assert set(rule.regions) <= set(Region) and set(rule.modalities) <= set(Modality)
        assert red_flags.RATHER_NOT_SAY not in rule.values or rule.code == "self_harm"
        assert re.fullmatch(r"[a-z_]{1,40}", rule.code)
    shipped = {f"{code}.{item.code}" for code, one in library().items() for item in one.items}
    assert {item for rule in rules for item in rule.items} - shipped <= {"phq9.self_harm"}
    asked = {key for key in shipped if key.partition(".")[0] in ("safety", "safety_spine", "safety_donor")}
    assert asked == red_flags.watched() - {"phq9.self_harm"}, "no safety question is asked in vain"
    assert not red_flags.watched() & {"nrs_now.now", "peg.pain", "peg.enjoyment", "peg.activity"}
    assert rule_book().next_review > dt.date(2026, 11, 28)


# Working hours

CHICAGO = ZoneInfo("America/Chicago")


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-02T10:00", "2026-03-02T14:00", 4),  # a Monday
        ("2026-03-02T07:00", "2026-03-02T10:30", 1.5),
        ("2026-03-02T18:00", "2026-03-03T11:00", 4),  # over night
        ("2026-03-06T18:00", "2026-03-09T10:00", 3),  # over a weekend in which the clock changed
        ("2026-03-07T09:00", "2026-03-08T20:00", 0),  # a weekend
        ("2026-03-02T20:00", "2026-03-03T09:00", 0),
        ("2026-03-02T10:00", "2026-03-02T10:00", 0),
        ("2026-03-02T12:00", "2026-03-02T10:00", 0),  # a clock that was set back
    ],
)
def test_hours_count_from_monday_to_friday_while_the_clinic_sends(start, end, hours):
    nine_to_eight = WorkingHours("America/Chicago", 9, 20)
    assert nine_to_eight.between(local(start), local(end)) == dt.timedelta(hours=hours)


def test_hours_on_the_day_on_which_the_clock_changes_are_hours_that_pass():
    """Cairo's clock goes forward at midnight of a Friday; a day there had 23 hours."""
    all_day, cairo = WorkingHours("Africa/Cairo", 0, 24), ZoneInfo("Africa/Cairo")
    friday, saturday = dt.datetime(2026, 4, 24, tzinfo=cairo), dt.datetime(2026, 4, 25, tzinfo=cairo)
    assert all_day.between(friday, saturday) == dt.timedelta(hours=23)
    assert all_day.between(friday.astimezone(dt.UTC), saturday.astimezone(dt.UTC)) == dt.timedelta(hours=23)
