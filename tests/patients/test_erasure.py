"""Erasing who a patient was: nothing of the person is left in any table, and no report changes."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, models, transaction

from clinic.rules import RuleBroken
from outcomes import actions as outcome_actions
from outcomes.models import Call, Delivery, OutcomeTally, SurveyLink
from patients import actions
from patients.actions.erasing import ERASED, rows_of, what_is_left
from patients.consents import current_documents
from patients.models import Consent, ConsentRequest, Patient
from tests.check_in import answer_all, invitation_link, open_survey
from tests.conftest import NOON
from tests.layers import layer
from tests.treatments import safety
from tests.treatments.treating import amend, log
from treatments.actions import recalls
from treatments.models import EventRevision, RecallCase, RecallStep, SessionRevision

DAY = dt.timedelta(days=1)
NOW = NOON + 40 * DAY
CANARY = "Zwickelbauer"
# Ledgers, which only actions add to.
WRITTEN_BY_ACTIONS = {EventRevision, RecallStep, SessionRevision}


@layer
def treated(patient, course, clinician, manager, front_desk):
    """Quirina Zwickelbauer, of whom everything there is has something written down, with her name in it."""
    details = {"family_name": CANARY, "given_name": f"Quirina {CANARY}", "email": f"{CANARY}@example.org"}
    actions.update_patient(patient=patient, by=clinician, chart_number=f"QX-{CANARY}", phone="512-555-0177", **details)
    survey = open_survey(course.follow_ups.get(timepoint__name="baseline"), NOON - 7 * DAY)
    invitation_link(survey, NOON - 6 * DAY)
    answer_all(survey, {"nrs_now.now": 7, "peg.pain": 6, "peg.enjoyment": 7, "peg.activity": 4}, NOON - DAY)
    outcome_actions.submit_survey(survey=survey, at=NOON - DAY)
    session = log(course, clinician, note=f"{CANARY} was nervous", baseline_missing_reason="")
    session = amend(session, clinician, note=f"{CANARY} was calm", reason=f"{CANARY} said so")
    event = safety.record(patient, clinician, session=session, description=f"{CANARY} calls", reporter=CANARY)
    event = safety.review(event, manager, note=CANARY)
    lot = safety.lot_in(session, clinician)
    recall = recalls.recall_lot(
        lot=lot, severity="II", reason="Particles", announced_on=NOW.date(), at=NOW, by=clinician
    )
    case = RecallCase.objects.get(recall=recall)
    recalls.move_case(case=case, state="closed", note=f"Told {CANARY}", at=NOW, by=clinician)
    document = current_documents(patient.clinic)["research_sharing"]
    actions.sign_consent(
        patient=patient,
        document=document,
        language="en",
        way="tablet",
        by=front_desk,
        signed_name=f"Quirina {CANARY}",
        signed_at=NOW,
        at=NOW,
    )
    actions.ask_for_consent(patient=patient, kinds=["state_notice"], way="link", at=NOW, by=front_desk)
    reach(patient, course, front_desk)
    write_everywhere(patient)
    return Patient.objects.get(pk=patient.pk)


def reach(patient, course, by):
    """A call, a check-in called off and a pause, each with words about her."""
    survey = open_survey(course.follow_ups.get(timepoint__name="week 6"), NOW)
    made = {"clinic": patient.clinic, "patient": patient, "made_at": NOW, "call_on": NOW.date()}
    call = Call.objects.create(survey=survey, reason="no_answer", **made)
    outcome_actions.record_call(call=call, outcome="no_answer", note=f"{CANARY} was out", at=NOW, by=by)
    outcome_actions.cancel_survey(survey=survey, reason=f"{CANARY} moved", at=NOW, by=by)
    outcome_actions.pause_sending(clinic=patient.clinic, patient=patient, reason=f"{CANARY} asked", at=NOW, by=by)


def write_everywhere(patient):
    """The name in every text that is called personal and that an action has not filled in already."""
    for model, ids in rows_of(patient).items():
        for name in model.Privacy.personal:
            field = model._meta.get_field(name)
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            is_free = name not in {"token_hash", "external_ref"} and model not in {Patient, *WRITTEN_BY_ACTIONS}
            if is_text and is_free:
                rows = model.objects.filter(pk__in=ids)
                if name == "cancel_reason":
                    rows = rows.filter(cancelled_at__isnull=False)
                rows.update(**{name: f"{CANARY} {name}"[: field.max_length]})


def tables_with(text: str) -> set[str]:
    """Every table of the database in which some row holds this text, also as bytes."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            both = [f"%{text}%", f"%{text.encode().hex()}%"]
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table} t WHERE t::text ILIKE %s OR t::text ILIKE %s)", both)
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def erase(patient, by, **changes):
    given = {"chart_number": patient.chart_number, "reason": "Asked for it by letter", "at": NOW, "by": by, **changes}
    return outcome_actions.erase_patient(patient=patient, **given)


def reports(program, manager) -> list[str]:
    """What reports say, in every form, and the sums they are made of."""
    outcome_actions.recompute_marked(at=NOW)
    client = program(manager)
    said = [
        client.get("/api/v1/reports/outcomes/", {"modality": "prp", "instrument": "nrs_now", "format": form}).content
        for form in ("json", "csv")
    ]
    scores = client.get("/api/v1/scores/").content
    return [*said, scores, str(list(OutcomeTally.objects.order_by("pk").values()))]


def test_nothing_of_the_person_is_left_in_any_table(treated, manager):
    before = tables_with(CANARY)
    assert before >= {
        *("patients_patient", "patients_consent", "treatments_course", "treatments_treatmentsession"),
        *("treatments_sessionrevision", "treatments_adverseevent", "treatments_recallstep"),
    }, "the search finds what is there"
    erased = erase(treated, manager)
    assert tables_with(CANARY) == set()
    assert tables_with("512-555-0177") == set()
    assert tables_with("1958-03-03") == set()
    assert not SurveyLink.objects.exists() and not ConsentRequest.objects.exists()
    assert not Consent.objects.exclude(pdf=None).exists()
    assert str(erased) == f"Erased patient, {str(treated.public_id)[:8]}"


def test_reports_and_the_facts_they_rest_on_stay(treated, manager, program):
    before = reports(program, manager)
    assert b'"n":1' in before[0].replace(b" ", b"")
    erase(treated, manager)
    assert reports(program, manager) == before
    session = treated.courses.get().sessions.get()
    assert (session.injections.count(), session.lot_uses.count(), session.version) == (1, 1, 2)
    assert session.revisions.get().snapshot["note"] == ERASED
    assert session.revisions.get().snapshot["preparation"]["prp_volume_ml"]


def test_who_erased_it_when_and_why_is_recorded(treated, manager):
    erased = erase(treated, manager)
    assert (erased.erased_at, erased.erased_by, erased.erasure_reason) == (NOW, manager, "Asked for it by letter")


def test_what_waits_to_be_sent_is_cancelled(patient, course, manager):
    open_survey(course.follow_ups.get(timepoint__name="baseline"), NOON - 7 * DAY)
    erase(patient, manager)
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.reason) == ("cancelled", "Who the patient was has been erased.")
    assert outcome_actions.claim_deliveries(channel="email", at=NOW) == []
    assert not Patient.objects.contactable().exists()


def test_what_the_api_keeps_for_a_day_goes_too(program, clinic, clinician, manager):
    """Idempotency-Key: the reply is kept, and names the patient."""
    body = {"clinic": str(clinic.public_id), "chart_number": "QX-1", "family_name": CANARY}
    client = program(clinician)
    answer = client.post("/api/v1/patients/", body, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.status_code == 201
    assert "clinic_keyedrequest" in tables_with(CANARY)
    erase(Patient.objects.get(family_name=CANARY), manager)
    assert tables_with(CANARY) == set()


def test_only_managers_may(patient, clinician, front_desk, researcher):
    for person in (clinician, front_desk, researcher):
        with pytest.raises(PermissionDenied, match="erase who a patient is"):
            erase(patient, person)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"chart_number": "00418"}, "wrong_chart_number", "chart_number"),
        ({"reason": "  "}, "erasure_refused", "reason"),
        ({"reason": "Mrs. Álvarez asked for it"}, "erasure_refused", "reason"),
        ({"reason": "x" * 2001}, "erasure_refused", "reason"),
    ],
)
def test_it_is_refused_in_words(patient, manager, changes, code, field):
    with pytest.raises(RuleBroken) as refused:
        erase(patient, manager, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert Patient.objects.get().family_name == "Álvarez"


def test_an_open_recall_and_an_open_event_need_the_person(patient, course, clinician, manager):
    session = log(course, clinician)
    lot = safety.lot_in(session, clinician)
    recalls.recall_lot(lot=lot, severity="I", reason="Particles", announced_on=NOW.date(), at=NOW, by=clinician)
    safety.record(patient, clinician, session=session)
    with pytest.raises(RuleBroken) as refused:
        erase(patient, manager)
    assert (refused.value.code, refused.value.field) == ("identity_still_needed", "despite")
    assert "The recall of lot L2406A is not closed" in refused.value.message
    assert "An adverse event is not reviewed yet." in refused.value.message
    erased = erase(patient, manager, despite="Court order 7 of March")
    assert erased.erasure_reason.endswith("Because: Court order 7 of March")


def test_an_erased_patient_stays_erased(patient, protocol, clinician, manager):
    erased = erase(patient, manager)
    for change in (
        lambda: actions.update_patient(patient=erased, by=clinician, family_name="Álvarez"),
        lambda: actions.record_consent(patient=erased, by=clinician, at=NOW),
        lambda: erase(erased, manager),
    ):
        with pytest.raises(RuleBroken) as refused:
            change()
        assert refused.value.code == "patient_erased"
    with pytest.raises(IntegrityError, match="patient_stays_erased"), transaction.atomic():
        Patient.objects.update(email="ruth@example.org")


def test_ledgers_lose_words_of_erased_patients_only(treated, manager):
    with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
        SessionRevision.objects.update(reason="")
    erase(treated, manager)
    SessionRevision.objects.update(reason="")
    with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
        SessionRevision.objects.update(version=7)


def test_another_patient_loses_nothing(treated, clinic, clinician, manager):
    other = actions.register_patient(
        clinic=clinic, by=clinician, at=NOON, chart_number="2", family_name="Kim", email="kim@example.org"
    )
    erase(treated, manager)
    kept = Patient.objects.get(pk=other.pk)
    assert (kept.family_name, kept.email, kept.erased_at) == ("Kim", "kim@example.org", None)


def test_every_personal_field_below_a_patient_can_be_erased(treated):
    """A new personal field must be one that erasing knows how to empty."""
    deleted_whole = {"token_hash"}
    for model in rows_of(treated):
        for name in model.Privacy.personal - deleted_whole:
            field = model._meta.get_field(name)
            if model is not Patient and not isinstance(field, models.GeneratedField):
                assert what_is_left(field, set()) is not None, f"{model.__name__}.{name}"
