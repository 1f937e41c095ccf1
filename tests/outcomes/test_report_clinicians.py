"""Clinicians beside chance: who sees whose name, what is hidden, and what may be said of a difference."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse

from outcomes import actions
from outcomes.reports import parse_filter, scope_of
from outcomes.reports.clinicians import clinician_report
from outcomes.reports.labels import letters
from outcomes.reports.units import Counted, units_of
from tests.days import NOON
from tests.layers import layer
from tests.population import OPENED, add_course, add_scores
from tests.synthetic_trials import write_trial
from tests.treatments.stock import session_of
from treatments.models import Course


def treat(clinic, improved, of, by=None, **source):
    """``of`` courses from 8 points, ``improved`` of them to 5.6 at 3 months (30 %), the others to 5.7."""
    for number in range(of):
        course = add_course(clinic)
        Course.objects.filter(pk=course.pk).update(**source)
        if by:
            session_of(course, by, performed_at=dt.datetime.combine(OPENED, dt.time(15), dt.UTC))
        add_scores(course, baseline=8, month_3="5.6" if number < improved else "5.7")


@layer
def treated(clinic, clinician):
    """Hana Lee 14 of 20, the source's "01" 10 of 20 and "02" 12 of 20, and "03" 1 of 4."""
    treat(clinic, 14, 20, by=clinician)
    treat(clinic, 10, 20, source_clinician="01", source_site="East")
    treat(clinic, 12, 20, source_clinician="02")
    treat(clinic, 1, 4, source_clinician="03")
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def answer(user):
    scope = scope_of(user)
    return clinician_report(asked=parse_filter({}, scope), scope=scope, as_of=NOON.date())


def lines(report, key="clinicians"):
    (found,) = (table for table in report.tables if table.key == key)
    return {row.label: row.values for row in found.rows}


def test_a_manager_sees_names_and_what_chance_explains(treated, manager, django_assert_max_num_queries):
    scope = scope_of(manager)
    asked = parse_filter({}, scope)
    with django_assert_max_num_queries(5):
        report = clinician_report(asked=asked, scope=scope, as_of=NOON.date())
    assert report.who == "3 months: 64 courses with a score and a baseline above 0, of 4 clinicians."
    # Q = 1.7 on 2 degrees of freedom (tests/outcomes/statistics/test_unit_places.py has it by hand).
    assert report.finding.startswith("No detectable difference between clinicians: taken together, the 3 with at least")
    assert report.finding.endswith("0 of them outside the 99.8 % limits.")
    found = lines(report)
    assert list(found) == ["01", "02", "03", "Hana Lee"]
    assert (found["Hana Lee"]["share"].k, found["Hana Lee"]["share"].n) == (14, 20)
    assert found["Hana Lee"]["pulled"].value == pytest.approx(0.6)
    assert found["03"] == {"n": 4, "share": found["03"]["share"], "place": "too few to compare"}
    assert found["03"]["share"].reason == "too_few"
    assert {label: row["n"] for label, row in lines(report, "sites").items()} == {"East": 20, "Northside": 44}
    assert {label: (row["improved"], row["n"]) for label, row in lines(report, "months").items()} == {
        "2026-01": (37, 64)
    }


def test_others_see_letters_and_only_their_own_name(client, treated, clinician, researcher, stranger):
    assert answer(stranger).tables == ()
    assert list(lines(answer(clinician))) == ["Hana Lee", "Clinician A", "Clinician B", "Clinician C"]
    assert list(lines(answer(researcher))) == [f"Clinician {letter}" for letter in "ABCD"]
    client.force_login(researcher)
    address = reverse("api-report-clinicians")
    text = client.get(address).content.decode() + client.get(address, {"format": "csv"}).content.decode()
    assert "Hana" not in text
    data = client.get(address).json()
    hidden = data["tables"][0]["rows"][-1]["values"]
    assert hidden["n"] == {
        "value": None, "ci": None, "n": 0, "k": None, "method": "", "reason": None, "suppressed": True,
    }  # fmt: skip


def test_what_is_hidden_does_not_follow_from_the_rest():
    """1 of 20 is hidden, so a second one is too; the sum stays. Whoever may see names sees all of it."""
    counts = [Counted("A", 40, 80), Counted("B", 60, 120), Counted("C", 1, 20)]
    found = units_of(counts, word="clinician", is_open=False)
    assert (found.k, found.n) == (101, 220)
    assert [(line.k, line.n) for line in found.lines] == [(None, 80), (60, 120), (None, 20)]
    table = found.table("clinicians", "").rows
    assert table[2].values["share"].is_suppressed and "pulled" not in table[2].values
    named = units_of(counts, word="clinician", is_open=True)
    assert [line.k for line in named.lines] == [40, 60, 1]
    assert named.lines[2].outside == "99.8 %"


def test_without_difference_there_is_nothing_to_compare(clinic, manager):
    treat(clinic, 12, 12, source_clinician="01")
    treat(clinic, 10, 10, source_clinician="02")
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
    assert answer(manager).finding.startswith("Too few to compare")


def test_letters_go_on_after_z():
    assert [letters(place) for place in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def bring(clinic, folder):
    call_command("import_history", folder, clinic=str(clinic.public_id), verbosity=0)


def test_owners_alone_see_what_was_to_be_expected_of_whose_patients(
    clinic, manager, researcher, client, tmp_path, django_assert_max_num_queries
):
    bring(clinic, write_trial(tmp_path / "trial", {"PRP": 220}, timepoints=("month 3",), answered=1.0))
    report = answer(manager)
    found, crude = lines(report, "case_mix"), lines(report)
    assert list(found) == ["c-0", "c-1", "c-2"]
    assert {label: row["n"] for label, row in found.items()} == {label: row["n"] for label, row in crude.items()}
    assert {label: row["observed"] for label, row in found.items()} == {
        label: row["share"].k for label, row in crude.items()
    }
    total = sum(row["observed"] for row in found.values())
    assert sum(row["expected"].value for row in found.values()) == pytest.approx(total), "all together are as expected"
    for row in found.values():
        low, high = row["ratio"].ci
        assert row["ratio"].value == pytest.approx(row["observed"] / row["expected"].value)
        assert low < row["ratio"].value < high and abs(row["z"].value) < 4
    assert list(lines(report, "case_mix_sites")) == ["site-0", "site-1"]
    model = lines(report, "case_mix_model")
    assert 0.5 < model["All courses"]["c"].value < 1 and model["All courses"]["slope"].ci
    assert sum(row["observed"] for label, row in model.items() if label != "All courses") == total
    assert {"not_adjusted", "not_compared"} <= {caveat.code for caveat in report.caveats}
    client.force_login(manager)
    page = client.get(reverse("report-clinicians")).content.decode()
    assert "beside what was to be expected of their patients" in page
    scope = scope_of(manager)
    with django_assert_max_num_queries(6):
        clinician_report(asked=parse_filter({}, scope), scope=scope, as_of=NOON.date())
    others = answer(researcher)
    assert not [table.key for table in others.tables if table.key.startswith("case_mix")]
    assert not [caveat.code for caveat in others.caveats if caveat.code.startswith("case_mix")]


def test_too_few_courses_are_set_against_nothing_and_it_says_so(treated, manager):
    report = answer(manager)
    sentences = {caveat.code: caveat.sentence for caveat in report.caveats}
    assert sentences["case_mix_too_few"].endswith("there are 64 and 27.")
    assert not [table.key for table in report.tables if table.key.startswith("case_mix")]
