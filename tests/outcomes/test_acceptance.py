"""What a careful reader would try first, on invented trials through the importer, the actions and the REST API."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse

from clinic.actions import add_member
from clinic.permissions import Role
from outcomes import actions
from outcomes.history.shuffling import write_shuffled
from outcomes.models import Outcome, OutcomeMark, Score
from outcomes.report_kinds import KINDS
from tests.conftest import NOON
from tests.population import add_course
from tests.synthetic_trials import write_trial
from tests.treatments.treating import LOGGED, amend, log, void
from treatments.models import Course

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
LATER = NOON + 500 * DAY
ADDRESSES = ("api-report-outcomes", *(f"api-report-{kind.name}" for kind in KINDS))


def bring(clinic, folder):
    call_command("import_history", folder, clinic=str(clinic.public_id), verbosity=0)


def everything(client, **asked):
    """What every report of the API says."""
    return {address: client.get(reverse(address), asked).json() for address in ADDRESSES}


def rows(data, key):
    (found,) = (table for table in data["tables"] if table["key"] == key)
    return {row["label"]: row["values"] for row in found["rows"]}


def test_rows_in_another_order_and_a_second_import_change_no_answer(clinic, client, researcher, tmp_path):
    folder = write_trial(tmp_path / "trial", {"PRP": 40, "saline": 35})
    bring(clinic, folder)
    client.force_login(researcher)
    before = everything(client, group_by="treatment")
    assert rows(before["api-report-responders"], "responders")["PRP"]["n"] > 25
    again = tmp_path / "again"
    again.mkdir()
    write_shuffled(folder, again, seed=1)
    bring(clinic, again)
    assert everything(client, group_by="treatment") == before


def test_edited_voided_moved_and_recomputed_say_the_same(
    clinic, client, course, baseline, clinician, manager, tmp_path
):
    """One score is edited, a session is voided, another goes to another clinician; then all is worked out from nothing."""
    bring(clinic, write_trial(tmp_path / "trial", {"PRP": 14, "saline": 13}))
    client.force_login(manager)
    first = everything(client)
    score = Score.objects.filter(timepoint="month 3", course__external_ref__isnull=False).order_by("pk")[0]
    score.value = Decimal(10) if score.value != 10 else Decimal(9)
    score.save(update_fields=["value"])
    actions.mark_courses([(clinic.pk, score.course_id)])
    second = as_recomputed(client, first)

    session = log(course, clinician)
    other = add_member(
        clinic=clinic, email="other@example.org", full_name="Ola Marsh", role=Role.CLINICIAN, password=None
    )
    actions.recompute_marked(at=LATER)
    of_ruth = Outcome.objects.filter(course=course)
    assert set(of_ruth.values_list("clinician", flat=True)) == {clinician.pk}
    session = amend(session, clinician, at=LOGGED + DAY, reason="Done by Ola", performed_by=other)
    third = as_recomputed(client, second)
    assert set(of_ruth.values_list("clinician", flat=True)) == {other.pk}

    void(session, clinician, at=LOGGED + 2 * DAY)
    as_recomputed(client, third)
    assert set(of_ruth.values_list("is_treated", flat=True)) == {False}


def as_recomputed(client, before):
    """What the reports say: the marked courses alone give what working everything out from nothing gives, and that something changed."""
    actions.recompute_marked(at=LATER)
    assert not OutcomeMark.objects.exists()
    courses = list(Course.objects.values_list("pk", flat=True))
    assert list(actions.differences(course_ids=courses, at=LATER)) == []
    now = everything(client)
    assert now != before
    Outcome.objects.all().delete()
    actions.recompute_outcomes(course_ids=courses, at=LATER)
    assert everything(client) == now
    return now


@pytest.fixture
def four_arms(clinic, tmp_path):
    """Arms of 4, 7, 10 and 11, and one of 40, all answered at 3 months as if their check-ins had been due."""
    arms = {"four": 4, "seven": 7, "ten": 10, "eleven": 11, "PRP": 40}
    bring(clinic, write_trial(tmp_path / "trial", arms, timepoints=("month 3",), answered=1.0, fall=1.0))
    Outcome.objects.update(is_due=True, is_imported=False)


OUTSIDE = {"audience": "outside", "group_by": "treatment", "last_timepoint": "month 3"}


@pytest.mark.parametrize(("report", "key"), [("responders", "responders"), ("change", "change")])
def test_small_arms_are_hidden_outside_and_nothing_gives_them_away(client, researcher, four_arms, report, key):
    client.force_login(researcher)
    inside = client.get(reverse(f"api-report-{report}"), {"group_by": "treatment"}).json()
    assert {label: row["n"] for label, row in rows(inside, key).items() if label != "All"} == {
        "four": 4, "seven": 7, "ten": 10, "eleven": 11, "PRP": 40,
    }  # fmt: skip
    data = client.get(reverse(f"api-report-{report}"), OUTSIDE).json()
    found = rows(data, key)
    assert set(found) == {"four", "seven", "ten", "eleven", "PRP"}, "no total, from which they would follow"
    for label in ("four", "seven", "ten"):
        assert {value["suppressed"] for value in found[label].values()} == {True}, label
    assert (found["eleven"]["n"], found["PRP"]["n"]) == (11, 40)
    texts = (data["who"], data["finding"], *(one["sentence"] for one in data["caveats"]))
    assert not any(number in text.split() for text in texts for number in ("4", "7", "10", "21", "72"))
    drawn = client.get(reverse(f"api-report-{report}"), OUTSIDE | {"format": "svg"})
    assert drawn.status_code == 403


def test_two_filters_that_differ_by_three_people_are_refused(client, researcher, four_arms):
    client.force_login(researcher)
    others = Outcome.objects.filter(treatment_type__label="PRP")
    away = others.order_by("course_id").values_list("course_id", flat=True).distinct()[:3]
    Outcome.objects.filter(course__in=list(away)).update(region="hip")
    for report in ("responders", "change"):
        address = reverse(f"api-report-{report}")
        assert client.get(address, OUTSIDE).status_code == 200
        refused = client.get(address, OUTSIDE | {"region": "knee"})
        assert refused.status_code == 403
        assert "fewer than 11 people" in refused.json()["message"]


def test_who_started_at_0_is_counted_in_words(clinic, client, researcher, tmp_path):
    bring(clinic, write_trial(tmp_path / "trial", {"PRP": 40, "saline": 40}, zeros=20, answered=1.0))
    client.force_login(researcher)
    for report in ("responders", "change"):
        sentences = {
            one["code"]: one["sentence"] for one in client.get(reverse(f"api-report-{report}")).json()["caveats"]
        }
        assert sentences["baseline_zero"].startswith("20 courses started at 0"), report
        assert "20 courses started at 0" in client.get(reverse(f"report-{report}")).content.decode()


def alike(clinic):
    """220 courses from 6 or 7 whose scores spread evenly over 0 to 9, whatever their baseline."""
    for number in range(220):
        add_course(clinic, baseline=6 + number // 20 % 2, month_3=number // 2 % 10)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def test_a_band_that_holds_is_shown_and_a_probability_that_does_not_come_true_is_not(clinic, client, researcher):
    alike(clinic)
    client.force_login(researcher)
    data = client.get(reverse("api-report-similar"), {"start": "7"}).json()
    assert rows(data, "similar")["3 months"]["p50"]["value"] == pytest.approx(4.5)
    (table,) = (table for table in data["tables"] if table["key"] == "chance")
    assert len(table["rows"]) == 2
    for row in table["rows"]:
        chance = row["values"]["chance"]
        assert (chance["value"], chance["ci"], chance["reason"]) == (None, None, "does_not_come_true")
    assert "improved by at least" not in data["finding"]
    assert "chance_not_told" in {one["code"] for one in data["caveats"]}


def test_a_probability_that_comes_true_is_told(clinic, client, researcher, tmp_path):
    """A fall of about 3 points is 30 % of most baselines, and 50 % of low ones alone."""
    bring(clinic, write_trial(tmp_path / "trial", {"PRP": 400}, timepoints=("month 3",), answered=1.0, fall=3.5))
    client.force_login(researcher)
    data = client.get(reverse("api-report-similar"), {"start": "6"}).json()
    (table,) = (table for table in data["tables"] if table["key"] == "chance")
    half = table["rows"][1]["values"]
    assert half["brier"]["value"] < half["brier_of_rate"]["value"]
    low, high = half["chance"]["ci"]
    assert low < half["chance"]["value"] < high and high - low < 0.2
    assert "going by a model of the baseline alone" in data["finding"]
