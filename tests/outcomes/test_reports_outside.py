"""What may leave the clinic: the floors, the hidden counts, and what would give them away."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse

from outcomes import actions
from outcomes.report_kinds import KINDS
from outcomes.reports import ReportFilter, parse_filter, scope_of
from outcomes.reports.outside import HIDDEN, NotForOutside, for_outside, hides, is_preliminary
from outcomes.reports.responders import responder_report
from outcomes.reports.results import Caveat
from outcomes.reports.shapes import Base, Column, Report, ReportTable, Statistic, TableRow, Unit
from outcomes.reports.shown import shown_share
from tests.days import NOON
from tests.population import add_course
from tests.treatments.safety import record
from tests.treatments.stock import session_of
from treatments.models import Course

TODAY = dt.date(2026, 9, 1)


@pytest.fixture
def report(clinic, researcher):
    """36 PRP courses, half of them free of pain and half worse, and ``few`` cell courses; the report for a question."""

    def made(few: int = 0, **question: str):
        for number in range(36):
            add_course(clinic, "prp", baseline=8, month_3=9 * (number % 2))
        for _course in range(few):
            add_course(clinic, "cell", baseline=8, month_3=2)
        actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
        scope = scope_of(researcher)
        asked = parse_filter({name: [value] for name, value in question.items()}, scope)
        return responder_report(asked=asked, scope=scope, as_of=TODAY)

    return made


def with_base(report, **changed: int):
    """The same report as if it stood on something else; imported courses are never due."""
    return replace(report, base=replace(Base(report.base.n, 36, 36, report.base.day), **changed))


def test_thirty_courses_may_leave_and_are_called_preliminary(report):
    whole = with_base(report())
    shown = for_outside(whole, everything=whole)
    assert is_preliminary(shown)
    assert not hides(shown)
    assert shown.finding == whole.finding
    firm = with_base(whole, n=100, due=120, obtained=100)
    assert not is_preliminary(for_outside(firm, everything=firm))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"n": 29}, "too few"),
        ({"due": 61}, "60 %"),
        ({"day": 42}, "3 months"),
    ],
)
def test_below_a_floor_nothing_leaves(report, changed, why):
    weak = with_base(report(), **changed)
    with pytest.raises(NotForOutside, match=why):
        for_outside(weak, everything=weak)


def test_a_filter_that_leaves_out_a_few_is_refused(report):
    whole = with_base(report())
    with pytest.raises(NotForOutside, match="fewer than 11 people"):
        for_outside(with_base(whole, n=33), everything=whole)
    assert for_outside(with_base(whole, n=36), everything=with_base(whole, n=47)).tables


def test_days_are_refused_and_whole_months_are_not(report):
    with pytest.raises(NotForOutside, match="whole months"):
        for_outside(with_base(daily := report(opened_from="2026-01-02")), everything=with_base(daily))
    monthly = with_base(replace(daily, filter=replace(daily.filter, opened_from=dt.date(2026, 1, 1))))
    assert for_outside(monthly, everything=monthly).tables


def test_a_small_group_is_hidden_with_every_total_that_gives_it_away(report):
    whole = with_base(report(few=4))
    shown = for_outside(whole, everything=whole)
    prp, cell = shown.tables[0].rows
    assert prp.values["n"] == 36
    assert {value.is_suppressed for value in cell.values.values()} == {True}
    assert shown.who == shown.finding == HIDDEN


def test_the_api_says_why_it_refuses(client, researcher, report):
    report()
    client.force_login(researcher)
    answer = client.get(reverse("api-report-responders"), {"audience": "outside"})
    assert answer.status_code == 403
    assert "of 0 due" in answer.json()["message"].lower() or "due" in answer.json()["message"]


def sessions_with_events(clinic, clinician, prp, cell):
    """30 PRP and 14 cell sessions, with so many events, each after a session of its own."""
    for kind, of, events in (("prp", 30, prp), ("cell", 14, cell)):
        for number in range(of):
            session = session_of(course := add_course(clinic, kind), clinician)
            if number < events:
                record(course.patient, clinician, session=session)


def test_events_leave_without_what_is_few(clinic, clinician, client, researcher):
    sessions_with_events(clinic, clinician, prp=12, cell=3)
    client.force_login(researcher)
    data = client.get(reverse("api-report-safety"), {"audience": "outside"}).json()
    assert [table["key"] for table in data["tables"]] == ["rates"]
    found = {row["label"]: row["values"] for row in data["tables"][0]["rows"]}
    assert set(found) == {"PRP", "Stem cell"}, "both together would give the few away"
    assert (found["PRP"]["sessions"], found["PRP"]["events"], found["PRP"]["with_event"]["k"]) == (30, 12, 12)
    cell = found["Stem cell"]
    assert all(cell[name]["suppressed"] for name in ("events", "rate", "with_event"))
    assert data["who"] == data["finding"] == HIDDEN
    assert "12" not in " ".join(one["sentence"] for one in data["caveats"])
    assert client.get(reverse("api-report-safety"), {"audience": "outside", "format": "svg"}).status_code == 403


def test_events_without_small_counts_leave_as_they_are(clinic, clinician, client, researcher):
    sessions_with_events(clinic, clinician, prp=12, cell=0)
    client.force_login(researcher)
    address = reverse("api-report-safety")
    inside, data = client.get(address).json(), client.get(address, {"audience": "outside"}).json()
    assert (data["who"], data["finding"]) == ("44 sessions.", inside["finding"])
    assert data["tables"] == inside["tables"][:1]
    assert next(one["sentence"] for one in data["caveats"] if one["code"] == "preliminary").startswith(
        "Preliminary: 44"
    )
    refused = client.get(address, {"audience": "outside", "modality": "cell"})
    assert refused.status_code == 403
    assert "14 sessions are too few" in refused.json()["message"]


def collection_of(**changed):
    """A report of collection as far as it may leave, of a timepoint with 40 answers of 60."""
    rows = (
        TableRow("3 months", {"due": 60, "answered": shown_share(40, 60), "open": 0} | changed, "Timepoint"),
        TableRow("E-mail", {"due": 53, "answered": shown_share(40, 53)}, "Channel, 3 months", is_inside=True),
    )
    table = ReportTable("response", "", "", (Column("due", "Due", Unit.COUNT), Column("open", "", Unit.COUNT)), rows)
    hidden = replace(table, key="flow")
    base = Base(60, counted="courses due", says_how_they_fared=False, leaving=("response",))
    caveat = Caveat("answered_without_message", "33 of the 40 answers came without a message.")
    asked = ReportFilter(clinic=())
    return Report(TODAY, asked, (), None, "60 due", "67 %", (caveat,), (hidden, table), None, base)


def test_of_collection_only_the_timepoints_leave():
    shown = for_outside(collection_of(), everything=collection_of())
    assert [[row.label for row in table.rows] for table in shown.tables] == [["3 months"]]
    assert (shown.who, shown.finding, shown.has_figures) == ("60 courses due.", "67 %", False)
    assert shown.caveats[0].sentence == "Some of the 40 answers came without a message.", "33 of 40 leaves 7"
    few = for_outside(collection_of(open=4), everything=collection_of(open=4))
    assert (few.who, few.finding) == (HIDDEN, HIDDEN)


def test_parts_of_one_whole_are_hidden_together():
    """2 of 60 worse follows from 30 better and 28 the same; a median of 57 of 60 says that 3 began at 0."""
    parts = {"better": shown_share(30, 60), "same": shown_share(28, 60), "worse": shown_share(2, 60)}
    row = TableRow("PRP", {**parts, "percent": Statistic(0.4, 57)})
    table = ReportTable("people", "", "", (), (row,), parts=tuple(parts))
    report = Report(TODAY, ReportFilter(clinic=()), (), None, "", "", (), (table,), None, Base(60, 60, 45, 91))
    (found,) = for_outside(report, everything=report).tables[0].rows
    assert {value.is_suppressed for value in found.values.values()} == {True}


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("3 courses started at 0.", "Fewer than 11 courses started at 0."),
        ("11 courses started at 0.", "11 courses started at 0."),
        ("33 of the 40 answers came.", "Some of the 40 answers came."),
        ("29 of the 40 answers came.", "29 of the 40 answers came."),
        ("Only 3 are counted.", "Only 3 are counted."),
    ],
)
def test_a_caveat_says_no_small_number_first(report, sentence, said):
    whole = replace(with_base(report()), caveats=(Caveat("one", sentence),))
    assert for_outside(whole, everything=whole).caveats[0].sentence == said


@pytest.mark.parametrize(
    "name", sorted({kind.name for kind in KINDS} - {"responders", "change", "safety", "collection"})
)
def test_all_others_stay_inside(client, researcher, name):
    client.force_login(researcher)
    refused = client.get(reverse(f"api-report-{name}"), {"audience": "outside"})
    assert refused.status_code == 403
    assert "inside the clinic only" in refused.json()["message"]
