"""Adverse events: what can be recorded, corrected, judged, reported; each rule with its sentence."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from clinic.rules import RuleBroken
from patients import actions as patient_actions
from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.safety import ADMITTED, AWARE, BEGAN, DAY, NOW, SWELLING, due, ind_lot_in, lot_in, record, review
from tests.treatments.stock import session_of
from treatments import actions
from treatments.actions import products
from treatments.actions.events import EventChanged
from treatments.models import AdverseEvent, EventRevision, Product, RegulatoryReport


@layer
def session(course, clinician):
    return session_of(course, clinician)


@layer
def event(patient, clinician, session):
    """Ruth's swollen knee, recorded on the Monday it became known."""
    return record(patient, clinician, session=session)


@layer
def neighbour(clinic, clinician):
    """Another patient of the same clinic."""
    return patient_actions.register_patient(
        clinic=clinic, by=clinician, at=NOON, chart_number="00288", given_name="Otto", family_name="Brandt"
    )


def amend(event, by, *, reason="", at=NOW, version=None, **changes):
    version = event.version if version is None else version
    return actions.amend_event(event=event, version=version, details=changes, reason=reason, at=at, by=by)


def test_an_event_is_recorded_with_the_course_of_its_session(event, course, front_desk):
    event.refresh_from_db()
    assert (event.course, event.grade, event.version) == (course, 2, 1)
    assert event.related_to_product == ""
    assert event.is_expected is None
    assert due(event) == {}


def test_the_front_desk_may_record_but_not_judge(patient, front_desk):
    event = record(patient, front_desk)
    with pytest.raises(PermissionDenied, match="review adverse events"):
        review(event, front_desk)


def test_a_researcher_and_a_stranger_record_nothing(patient, researcher, stranger):
    for somebody in (researcher, stranger):
        with pytest.raises(PermissionDenied):
            record(patient, somebody)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"began_at": NOW + DAY, "first_aware_at": NOW + DAY}, "began_at", "cannot have begun in the future"),
        ({"first_aware_at": NOW + DAY}, "first_aware_at", "cannot have learned of it in the future"),
        ({"first_aware_at": BEGAN - DAY}, "first_aware_at", "cannot have known before the event began"),
        ({"began_at": dt.datetime(1950, 1, 1, tzinfo=dt.UTC)}, "began_at", "before the patient was born"),
        ({"description": "  "}, "description", "in the reporter's own words"),
        ({"term": ""}, "term", "short name"),
        ({"reporter": " "}, "reporter", "who told the clinic"),
        ({"grade": 0}, "grade", "from 1 to 5"),
        ({"grade": 6}, "grade", "from 1 to 5"),
        ({"body_system": "soul"}, "body_system", "body system from the list"),
        ({"outcome": "fine"}, "outcome", "outcome from the list"),
        ({"seriousness": ["bad"]}, "seriousness", "criteria of seriousness from the list"),
        ({"icd10_code": "knee"}, "icd10_code", "is not an ICD-10 code"),
        ({"icd10_code": "M54.5"}, "icd10_code", "is a heading"),
        ({"grade": 5}, "seriousness", "all three or none"),
        ({"seriousness": ["death"]}, "grade", "all three or none"),
        ({"outcome": "fatal"}, "grade", "all three or none"),
        ({"grade": 5, "seriousness": ["death"]}, "outcome", "all three or none"),
        ({"outcome": "recovered"}, "resolved_on", "Give the day"),
        ({"resolved_on": BEGAN.date()}, "resolved_on", "Leave the day empty"),
        ({"outcome": "not_recovered", "resolved_on": BEGAN.date()}, "resolved_on", "Leave the day empty"),
        ({"outcome": "recovered", "resolved_on": BEGAN.date() - DAY}, "resolved_on", "over before it began"),
        ({"outcome": "recovered", "resolved_on": NOW.date() + DAY}, "resolved_on", "over in the future"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(patient, clinician, changes, field, message):
    with pytest.raises(RuleBroken, match=message) as broken:
        record(patient, clinician, **changes)
    assert broken.value.field == field
    assert not AdverseEvent.objects.exists()


@pytest.mark.parametrize("code", ["M00.9", "T80.29XA", "T81.40XA", "L03.90", "M96.89"])
def test_the_codes_of_complications_are_known(patient, clinician, code):
    assert record(patient, clinician, icd10_code=code.lower()).icd10_code == code


def test_death_said_three_times_is_recorded(patient, clinician):
    event = record(patient, clinician, grade=5, seriousness=["death"], outcome="fatal")
    assert due(event).keys() == {"causality_review"}


def test_criteria_are_kept_once_and_in_order(patient, clinician):
    event = record(patient, clinician, seriousness=["important", "hospitalisation", "important"])
    assert event.seriousness == ["hospitalisation", "important"]


def test_the_session_course_and_lot_must_be_the_patients(patient, neighbour, session, course, clinician):
    lot = lot_in(session, clinician)
    for field, value in (("session", session), ("course", course)):
        with pytest.raises(RuleBroken, match=f"Choose a {field} of this patient"):
            record(neighbour, clinician, **{field: value})
    with pytest.raises(RuleBroken, match="never received that lot"):
        record(neighbour, clinician, lot=lot)
    assert record(patient, clinician, session=session, lot=lot).lot == lot


def test_the_lot_must_be_one_of_the_session_chosen(patient, course, session, clinician):
    later = session_of(course, clinician, performed_at=NOON + DAY)
    lot = lot_in(later, clinician)
    with pytest.raises(RuleBroken, match="not used in the session you chose"):
        record(patient, clinician, session=session, lot=lot)
    assert record(patient, clinician, lot=lot).session is None


def test_an_event_cannot_begin_on_a_day_before_its_session(patient, session, clinician):
    with pytest.raises(RuleBroken, match="began before this session of 2 Mar 2026"):
        record(patient, clinician, session=session, began_at=NOON - DAY)
    record(patient, clinician, session=session, began_at=NOON - dt.timedelta(hours=1))


def test_a_session_entered_in_error_causes_nothing(patient, session, event, clinician):
    type(session).objects.filter(pk=session.pk).update(
        entered_in_error_at=NOW, entered_in_error_by=clinician, entered_in_error_reason="wrong patient"
    )
    session.refresh_from_db()
    with pytest.raises(RuleBroken, match="entered in error"):
        record(patient, clinician, session=session)
    amend(event, clinician, term="Effusion")


def test_grade_3_asks_for_a_review_by_the_next_working_day(patient, clinician):
    assert due(record(patient, clinician, grade=3)) == {"causality_review": dt.date(2026, 3, 10)}


@layer
def under_ind(session, clinician):
    """The session used a lot of a product that is investigational since January."""
    return ind_lot_in(session, clinician)


def test_a_serious_event_under_an_ind_has_fifteen_days_from_first_awareness(patient, session, under_ind, clinician):
    event = record(patient, clinician, **ADMITTED | {"session": session})
    assert due(event) == {"causality_review": dt.date(2026, 3, 10), "ind_15_days": dt.date(2026, 3, 24)}


@pytest.mark.parametrize("named", [{}, {"lot": True}])
def test_without_a_session_any_earlier_one_may_be_the_cause(patient, under_ind, clinician, named):
    links = {"lot": under_ind} if named else {}
    assert "ind_15_days" in due(record(patient, clinician, **ADMITTED | links))
    assert "ind_15_days" not in due(record(patient, clinician, **ADMITTED | {"began_at": NOON - DAY}))


def test_a_standing_counts_on_the_day_of_use_only(patient, session, under_ind, clinician):
    products.record_status(
        product=under_ind.product, jurisdiction="US", standing="approved", valid_from=dt.date(2026, 3, 1),
        reference="BLA", at=NOON, by=clinician,
    )  # fmt: skip
    assert "ind_15_days" not in due(record(patient, clinician, **ADMITTED | {"session": session}))


def test_a_life_in_danger_has_seven_days(patient, session, under_ind, clinician):
    event = record(patient, clinician, **ADMITTED | {"session": session, "seriousness": ["life_threatening"]})
    assert due(event)["ind_7_days"] == dt.date(2026, 3, 16)


def test_a_review_takes_reports_away_and_a_later_one_brings_them_back(patient, session, under_ind, clinician):
    event = record(patient, clinician, **ADMITTED | {"session": session})
    event = review(event, clinician, is_expected=True)
    assert due(event) == {}, "the review itself is done, and the expected is not reported"
    assert event.reports.get(kind="causality_review").sent_on == NOW.date()
    event = review(event, clinician, is_expected=False)
    assert due(event) == {"ind_15_days": dt.date(2026, 3, 24)}
    assert RegulatoryReport.objects.count() == 2


def test_a_correction_of_first_awareness_moves_the_clock(patient, session, under_ind, clinician):
    event = record(patient, clinician, **ADMITTED | {"session": session})
    amend(event, clinician, first_aware_at=AWARE - DAY)
    assert due(event) == {"causality_review": dt.date(2026, 3, 9), "ind_15_days": dt.date(2026, 3, 23)}


def test_the_clinics_calendar_counts_not_that_of_greenwich(patient, clinician):
    late = dt.datetime(2026, 3, 10, 3, 30, tzinfo=dt.UTC)  # still Monday the 9th in Chicago
    event = record(patient, clinician, grade=3, first_aware_at=late, at=late)
    assert due(event) == {"causality_review": dt.date(2026, 3, 10)}


def test_an_infection_by_tissue_has_fifteen_days(patient, session, clinician):
    lot_in(session, clinician, name="Cord cells", kind=Product.Kind.CELL_PRODUCT, regulated_as="biologic")
    infection = {"session": session, "is_communicable": True, "needed_intervention": True}
    event = record(patient, clinician, **infection)
    assert due(event) == {"hctp_15_days": dt.date(2026, 3, 24)}
    event = amend(event, clinician, is_communicable=False)
    assert due(event) == {}
    event = amend(event, clinician, is_communicable=True)
    assert due(event) == {"hctp_15_days": dt.date(2026, 3, 24)}
    assert due(review(event, clinician, related_to_product="unlikely")) == {}


def test_a_report_is_marked_as_sent_and_stays(patient, session, under_ind, clinician):
    event = record(patient, clinician, **ADMITTED | {"session": session})
    report = event.reports.get(kind="ind_15_days")
    sent = actions.mark_report_sent(report=report, reference=" S-77 ", sent_on=NOW.date(), at=NOW, by=clinician)
    assert (sent.reference, sent.sent_by) == ("S-77", clinician)
    event.refresh_from_db()
    event = review(event, clinician, is_expected=True)
    report.refresh_from_db()
    assert report.is_needed
    assert report.sent_on == NOW.date()
    before = event.version
    again = actions.mark_report_sent(report=report, reference="S-78", sent_on=NOW.date(), at=NOW, by=clinician)
    assert again.reference == "S-78"
    kept = EventRevision.objects.get(event=event, version=before).snapshot["reports"]
    assert "S-77" in {row["reference"] for row in kept}


def test_what_cannot_have_been_sent(patient, session, under_ind, clinician, front_desk):
    event = record(patient, clinician, **ADMITTED | {"session": session})
    review_due, ind = event.reports.get(kind="causality_review"), event.reports.get(kind="ind_15_days")

    def send(report, sent_on, by=clinician):
        actions.mark_report_sent(report=report, reference="", sent_on=sent_on, at=NOW, by=by)

    with pytest.raises(RuleBroken, match="in the future"):
        send(ind, NOW.date() + DAY)
    with pytest.raises(RuleBroken, match="before the clinic knew"):
        send(ind, AWARE.date() - DAY)
    with pytest.raises(RuleBroken, match="done on the event's page"):
        send(review_due, NOW.date())
    with pytest.raises(PermissionDenied):
        send(ind, NOW.date(), front_desk)
    review(event, clinician, related_to_product="unrelated")
    with pytest.raises(RuleBroken, match="not needed any more"):
        send(ind, NOW.date())


@pytest.mark.parametrize("field", ["related_to_product", "related_to_procedure"])
def test_a_review_says_how_it_is_related(event, clinician, field):
    with pytest.raises(RuleBroken, match="from unrelated to definite") as broken:
        review(event, clinician, **{field: ""})
    assert broken.value.field == field


def test_a_correction_keeps_what_was_before(event, clinician):
    changed = amend(event, clinician, term="Effusion", grade=1)
    assert (changed.version, changed.term) == (2, "Effusion")
    kept = EventRevision.objects.get()
    assert (kept.version, kept.snapshot["term"], kept.snapshot["grade"]) == (1, "Joint swelling", 2)


def test_a_correction_that_changes_nothing_is_none(event, clinician):
    assert amend(event, clinician, **SWELLING).version == 1
    assert not EventRevision.objects.exists()


def test_after_a_day_a_correction_needs_a_reason(event, clinician):
    later = NOW + dt.timedelta(hours=24, seconds=1)
    with pytest.raises(RuleBroken, match="say why") as broken:
        amend(event, clinician, at=later, term="Effusion")
    assert broken.value.field == "reason"
    assert amend(event, clinician, at=later, term="Effusion", reason="hospital letter").version == 2
    assert EventRevision.objects.get().reason == "hospital letter"


def test_awareness_cannot_move_past_the_recording(event, clinician):
    with pytest.raises(RuleBroken, match="latest it can be"):
        amend(event, clinician, at=NOW + DAY, reason="x", first_aware_at=NOW + dt.timedelta(hours=1))


def test_another_session_brings_its_own_course(event, patient, protocol, clinician):
    hip = actions.open_course(
        patient=patient, protocol=protocol, icd10_code="M16.11", complaint="Hip", target="hip_joint", side="left",
        on=NOON.date() - DAY, by=clinician,
    )  # fmt: skip
    assert amend(event, clinician, session=session_of(hip, clinician)).course == hip


def test_a_stale_version_is_refused_with_the_state_as_it_is(event, clinician):
    amend(event, clinician, term="Effusion")
    for change in (
        lambda: amend(event, clinician, version=1, grade=1),
        lambda: actions.void_event(event=event, version=1, reason="x", at=NOW, by=clinician),
        lambda: review(event, clinician),
    ):
        with pytest.raises(EventChanged) as changed:
            change()
        assert (changed.value.event.term, changed.value.event.version) == ("Effusion", 2)


def test_entered_in_error_keeps_everything_and_needs_no_report(patient, clinician):
    event = record(patient, clinician, grade=3)
    with pytest.raises(RuleBroken, match="Say why"):
        actions.void_event(event=event, version=1, reason=" ", at=NOW, by=clinician)
    event = actions.void_event(event=event, version=1, reason="another patient's", at=NOW, by=clinician)
    assert due(event) == {}
    assert event.reports.count() == 1
    with pytest.raises(RuleBroken, match="cannot be changed any more"):
        amend(event, clinician, term="x")


def test_revisions_are_only_ever_added(event, clinician):
    amend(event, clinician, term="Effusion")
    for change in (lambda: EventRevision.objects.update(reason="x"), lambda: EventRevision.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_is_asked_again(patient, clinician):
    event = record(patient, clinician)
    ready = threading.Barrier(2)

    def correct(term):
        try:
            ready.wait(10)
            return amend(event, clinician, version=1, term=term).term
        except EventChanged:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        saved = [term for term in pool.map(correct, ["Effusion", "Synovitis"]) if term]
    event.refresh_from_db()
    assert saved == [event.term]
    assert event.version == 2
