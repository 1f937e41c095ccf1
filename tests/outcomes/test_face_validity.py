"""Imported history at face value: mistakes that sources have had are pointed at, and sound data are left alone."""

from dataclasses import replace
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from outcomes.history.face_validity import Arm, Span, face_lines, signs
from tests.synthetic_trials import write_trial
from treatments.timepoints import in_words

NRS = {"nrs": Span(Decimal(0), Decimal(10), is_higher_better=False)}
UPWARD = {"nrs": Span(Decimal(0), Decimal(10), is_higher_better=True)}


def arm(timepoint, treatment, mean, *, change=None, n=40, **others):
    given = {"low": Decimal(1), "high": Decimal(9), "sd": 2.0, "n_zeros": 0, "at_limits": (0, 0), "n_fractions": 0}
    pairs = 0 if change is None else n
    return Arm("nrs", timepoint, treatment, n=n, mean=mean, n_pairs=pairs, change=change, **given | others)


def trial(prp=-3.0, saline=-1.0):
    """Two arms before and three months after treatment."""
    return [
        arm("baseline", "PRP", 7.1),
        arm("baseline", "saline injection", 7.0),
        arm("month 3", "PRP", 7.1 + prp, change=prp),
        arm("month 3", "saline injection", 7.0 + saline, change=saline),
    ]


def codes(arms, scales=NRS):
    return [sign.code for sign in signs(arms, scales)]


def test_a_sound_trial_has_no_sign():
    assert codes(trial()) == []
    assert list(face_lines(trial(), NRS))[-1] == "Nothing in it looks like a mistake that sources have had before."


def test_a_control_that_improved_most_may_have_another_ones_label():
    (sign,) = signs(trial(prp=-1.0, saline=-3.0), NRS)
    assert sign.code == "control_best"
    assert "'saline injection' improved most, by 3.0" in sign.sentence
    few = [replace(one, n_pairs=min(one.n_pairs, 9)) for one in trial(prp=-1.0, saline=-3.0)]
    assert codes(few) == []


def test_scores_that_get_worse_everywhere_may_run_the_other_way():
    assert codes(trial(), UPWARD) == ["wrong_way", "control_best"]
    assert codes(trial(prp=2.0, saline=1.0), UPWARD) == []
    assert codes(trial(prp=-3.0, saline=1.0)) == [], "one arm alone can get worse"


@pytest.mark.parametrize(
    ("zeros", "found"), [(0, []), (3, []), (4, ["zeros_at_baseline"]), (20, ["zeros_at_baseline"])]
)
def test_zeros_before_treatment_may_stand_for_nothing(zeros, found):
    """4 of 80 are 5 %. After treatment no pain is good news."""
    arms = trial()
    arms[0] = replace(arms[0], n_zeros=zeros)
    arms[2] = replace(arms[2], n_zeros=30)
    assert codes(arms) == found


def test_arms_that_are_copies_and_scores_that_are_all_one():
    copied = [replace(one, treatment=name) for one in trial()[::2] for name in ("A", "B")]
    assert codes(copied) == ["arms_alike"]
    (sign,) = signs([arm("month 3", "A", 5.0, low=Decimal(5), high=Decimal(5)), arm("week 6", "A", 4.0)], NRS)
    assert sign.sentence == "nrs, month 3, 'A': all 40 scores are 5."


def test_scores_on_another_scale_at_a_limit_or_filled_in():
    share = [replace(one, low=Decimal("0.1"), high=Decimal("0.9")) for one in trial()]
    assert codes(share) == ["narrow"]
    ceiling = [replace(one, at_limits=(0, 21)) for one in trial()[:1]]
    assert codes(ceiling) == ["at_a_limit"]
    assert codes([replace(one, n_fractions=2) for one in trial()]) == ["some_fractions"]
    assert codes([replace(one, n_fractions=40) for one in trial()]) == [], "a scale of tenths"


def bring(clinic, folder):
    said = StringIO()
    call_command("import_history", folder, clinic=str(clinic.public_id), stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_the_import_says_what_it_brought(clinic, tmp_path):
    said = bring(clinic, write_trial(tmp_path / "a", {"saline": 20, "PRP": 20}, answered=1.0, timepoints=("month 3",)))
    assert "At face value: 80 scores here from history" in said
    line = next(line for line in said.splitlines() if "month 3, 'saline'" in line)
    assert "n 20, " in line and "fell by" in line
    assert "Nothing in it looks like a mistake" in said
    swapped = bring(clinic, write_trial(tmp_path / "b", {"PRP": 30, "sham": 30}, zeros=6, answered=1.0, prefix="X"))
    assert "look up: nrs_average: 6 of 100 baselines are 0." in swapped
    assert "'sham' improved most" in swapped
    assert swapped.index("look up:") < swapped.index("Imported into")


@pytest.mark.django_db
def test_the_api_and_the_page_tell_the_same(
    clinic, client, researcher, stranger, tmp_path, django_assert_max_num_queries
):
    bring(clinic, write_trial(tmp_path / "a", {"PRP": 30, "sham": 30}, zeros=6, answered=1.0, timepoints=("month 3",)))
    client.force_login(researcher)
    with django_assert_max_num_queries(12):
        data = client.get(reverse("api-report-imported")).json()
    scores, found = data["tables"]
    rows = {(row["group"], row["label"]): row["values"] for row in scores["rows"]}
    assert rows["nrs_average", f"{in_words('baseline')}, PRP"]["zeros"] == 6
    after = rows["nrs_average", "3 months, sham"]
    assert (after["n"], after["direction"]) == (30, "fell")
    assert after["change"]["value"] < rows["nrs_average", "3 months, PRP"]["change"]["value"] < 0
    assert {row["label"] for row in found["rows"]} == {"Zeros at baseline", "Control best"}
    assert data["finding"].startswith("2 things to look up in the source")
    assert "improved most" in client.get(reverse("report-imported")).content.decode()
    client.force_login(stranger)
    assert client.get(reverse("api-report-imported")).json()["tables"] == []
