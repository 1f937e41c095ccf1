"""Published context: its numbers agree with themselves, and it stands beside a report only where it is asked for."""

from dataclasses import replace

import pytest
from django.urls import reverse

from outcomes import actions
from outcomes.benchmarks import benchmarks, changes_at, read_benchmarks, shares_at
from outcomes.instruments import library
from outcomes.reports import parse_filter, scope_of
from outcomes.reports.outside import for_outside
from outcomes.reports.published import PUBLISHED
from outcomes.reports.responders import responder_report
from tests.days import NOON
from tests.layers import layer
from tests.population import add_course
from treatments.models import Course
from treatments.timepoints import planned_day
from treatments.vocabulary import Modality, Region

CONTEXT = {"context": "1", "last_timepoint": "month 12", "region": "elbow"}


@pytest.mark.parametrize("one", benchmarks(), ids=lambda one: f"{one.study} {one.treatment} {one.timepoint}")
def test_each_is_whole(one):
    assert one.citation and one.design and one.measure and one.caveat
    assert planned_day(one.timepoint) and one.region in list(Region)
    assert not one.modality or one.modality in list(Modality)
    assert (one.k is None) != (one.mean_change is None), "a share or means"
    assert one.k is None or (0 <= one.k <= one.n and one.counts)
    assert one.n > 0 and all(
        spread[1] is None or spread[1] > 0 for spread in (one.baseline, one.follow_up, one.change) if spread
    )
    if one.change and one.baseline and one.follow_up:
        assert one.change[0] == pytest.approx(one.follow_up[0] - one.baseline[0], abs=0.05), "change = after − before"


def test_dorios_table_gives_the_effects_that_follow_from_it():
    """BMC Musculoskelet Disord 2021;22:822, table 2. Change ÷ its SD, and ÷ 1.6, worked out by hand."""
    rows = {one.timepoint: one for one in benchmarks() if one.study == "dorio_2021" and one.treatment == "PRP"}
    effects = {when: (-one.change[0] / one.change[1], -one.change[0] / one.baseline[1]) for when, one in rows.items()}
    assert effects["week 6"] == pytest.approx((0.89, 1.50), abs=0.006)
    assert effects["week 12"] == pytest.approx((2.56, 2.56), abs=0.006)
    assert effects["week 24"] == pytest.approx((1.16, 1.81), abs=0.006)
    before, after = rows["week 6"].baseline[0], rows["week 6"].follow_up[0]
    assert 100 * (after - before) / before == pytest.approx(-39.3, abs=0.05), "percent of the means"
    assert rows["week 6"].percent == -36.5, "and not the mean of each person's percent"


def test_printed_shares_are_those_of_their_counts():
    """As printed: 82.3 and 76.4 % (PMC4879850), 47 % (Pain Med 17:1010), 37 of 51 and 24 of 49 (Peerbooms, Gosens)."""
    shares = {(one.study, one.treatment): 100 * one.k / one.n for one in benchmarks() if one.k is not None}
    assert shares["plantar_fasciitis_2016", "PRP"] == pytest.approx(82.3, abs=0.1)
    assert shares["plantar_fasciitis_2016", "Whole blood"] == pytest.approx(76.4, abs=0.1)
    assert round(shares["levi_2016", "PRP"]) == 47
    assert (round(shares["peerbooms_2010", "PRP"], 1), round(shares["peerbooms_2010", "Steroid"], 1)) == (72.5, 49.0)


def test_other_arms_come_with_an_arm_that_matches():
    found = shares_at("month 12", regions=["elbow"], modalities=["prp"])
    assert [(one.treatment, one.k, one.n) for one in found] == [("PRP", 37, 51), ("Steroid", 24, 49)]
    assert {one.region for one in shares_at("month 12")} == {"elbow", "back"}
    assert shares_at("month 12", modalities=["exosome"]) == shares_at("week 6") == []


def test_changes_are_those_printed_or_the_difference_of_the_means():
    found = {(one.study, one.treatment): one.mean_change for one in changes_at("month 12", regions=["knee"])}
    assert found == {
        ("restore_2021", "PRP, leukocyte-poor"): -2.1,
        ("restore_2021", "Saline"): -1.8,
        ("knee_bmac_series", "Bone marrow concentrate"): pytest.approx(4.49 - 8.33),
    }
    assert {one.study for one in changes_at("month 12", modalities=["cell"])} == {"knee_bmac_series"}
    assert [one.treatment for one in changes_at("week 24", modalities=["prp"])] == ["PRP", "Plasma", "Saline"]
    dorio = [round(one.mean_change, 1) for one in changes_at("week 24")]
    assert dorio == [-2.9, -2.4, -3.5], "as printed, and 3.5 - 5.9 and 3.1 - 6.6"


def test_a_part_that_is_unknown_is_refused():
    study = '[[studies]]\ncode = "a"\narms = [{ treatment = "PRP", n = 1, timepoint = "month 3", rate = 0.9 }]\n'
    with pytest.raises(TypeError):
        list(read_benchmarks(study))


def test_the_file_is_no_instrument():
    assert "benchmarks" not in library()


@layer
def treated(clinic):
    for number in range(3):
        add_course(clinic, "prp", baseline=8, month_3=4 + number)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)


def test_published_results_stand_beside_only_where_asked_for(client, researcher, treated):
    client.force_login(researcher)
    address = reverse("api-report-responders")
    plain = client.get(address, {**CONTEXT, "context": ""}).json()
    assert [table["key"] for table in plain["tables"]] == []
    assert plain["filter"]["context"] is None
    asked = client.get(address, CONTEXT).json()
    (table,) = asked["tables"]
    assert (table["key"], table["caption"], asked["filter"]["context"]) == ("published", PUBLISHED, "1")
    assert [(row["label"], row["values"]["share"]["k"], row["values"]["n"]) for row in table["rows"]] == [
        ("PRP", 37, 51),
        ("Steroid", 24, 49),
    ]
    assert all(row["values"][name] for row in table["rows"] for name in ("design", "caveat", "citation", "counts"))
    assert "2 published results" in next(one["sentence"] for one in asked["caveats"] if one["code"] == "published")
    page = client.get(reverse("report-responders"), CONTEXT).content.decode()
    assert PUBLISHED in page and "Peerbooms 2010" in page
    assert client.get(address, {"context": "yes"}).status_code == 400


def test_published_changes_stand_beside_the_change_of_pain_alone(client, researcher, treated):
    client.force_login(researcher)
    address, asked = reverse("api-report-change"), {"context": "1", "last_timepoint": "month 12", "modality": "prp"}
    data = client.get(address, asked).json()
    (table,) = data["tables"]
    assert (table["key"], table["caption"]) == ("published", PUBLISHED)
    lines = {row["label"]: row["values"] for row in table["rows"]}
    assert {label: row["change"]["value"] for label, row in lines.items()} == {
        "PRP, leukocyte-poor": -2.1, "Saline": -1.8,
    }  # fmt: skip
    assert all(row[name] for row in lines.values() for name in ("n", "design", "caveat", "citation", "measure"))
    assert "published" in [one["code"] for one in data["caveats"]]
    assert "RESTORE" in client.get(reverse("report-change"), asked).content.decode()
    for other in ({"context": ""}, {"instrument": "pgic"}, {"last_timepoint": "week 1"}):
        assert client.get(address, asked | other).json()["tables"] == [], other


def test_published_results_do_not_leave_the_clinic(researcher, clinic):
    for number in range(36):
        add_course(clinic, "prp", baseline=8, month_3=9 * (number % 2))
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
    scope = scope_of(researcher)
    asked = parse_filter({"context": ["1"], "last_timepoint": ["month 3"]}, scope)
    inside = responder_report(asked=asked, scope=scope, as_of=NOON.date())
    # Imported courses are never due: as if they had been.
    inside = replace(inside, base=replace(inside.base, due=36, obtained=36))
    outside = for_outside(inside, everything=inside)
    assert [table.key for table in inside.tables] == ["responders", "published"]
    assert [table.key for table in outside.tables] == ["responders"]
    assert "published" in [caveat.code for caveat in inside.caveats]
    assert "published" not in [caveat.code for caveat in outside.caveats]


@pytest.mark.parametrize("parameter", [{"context": "1"}, {"start": "7"}])
def test_outcomes_disregard_what_only_others_use(client, researcher, parameter):
    client.force_login(researcher)
    assert client.get(reverse("report-outcomes"), parameter).status_code == 200
