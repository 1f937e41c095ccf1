"""Two records of one person: what moves, what is never widened, what is refused, and that undoing puts back every row."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from clinic.actions import add_member
from clinic.history import History
from clinic.models import ClinicRow
from clinic.permissions import Role
from clinic.rules import RuleBroken
from outcomes import actions as outcome_actions
from outcomes.actions import differences, every_course
from outcomes.merging import back_and_staying, plan
from outcomes.models import Alert, Call, ContactDecision, Delivery, OutcomeMark, OutcomeTally, Survey
from patients import actions
from patients.actions.erasing import children_of
from patients.actions.merging import STAYS
from patients.consents import current_documents
from patients.duplicates import alike_to, pairs_of
from patients.models import Consent, MergedRow, Patient, PatientLetter, PatientMerge
from patients.search import matching
from tests.check_in import open_survey
from tests.conftest import PASSWORD
from tests.layers import layer
from tests.patients.test_erasure import NOW, tables_with, treated  # noqa: F401 a layer
from tests.treatments.treating import log
from treatments import actions as treatment_actions
from treatments.models import AdverseEvent, Course, LotUse, RecallCase

DAY = dt.timedelta(days=1)
# Not what a merge changes and undoes, but its own record, what is looked at anew at every tick, and sums (see there).
OUTSIDE = {PatientMerge, MergedRow, ContactDecision, OutcomeMark, OutcomeTally}
OF_COURSES = (
    *((model, "survey__follow_up__course") for model in (Delivery, Alert, Call)),
    *((model, "session__course") for model in (LotUse, AdverseEvent)),
)


def twin_of(clinic, by, **changes):
    """Another record of Ruth, made later at the front desk."""
    details = {"given_name": "Ruth", "family_name": "Alvarez", "born_on": dt.date(1958, 3, 3), **changes}
    return actions.register_patient(clinic=clinic, by=by, at=NOW, **{"chart_number": "00912", **details})


@layer
def twin(clinic, front_desk):
    """Chart no. 00912, who agreed to contact and is reached elsewhere."""
    patient = twin_of(clinic, front_desk, email="ruth.new@example.org", phone="512-555-0188")
    return actions.record_consent(patient=patient, by=front_desk, at=NOW)


def opened(patient, by, protocol, side="left", on=NOW):
    return treatment_actions.open_course(
        patient=patient,
        protocol=protocol,
        icd10_code="M17.12",
        complaint="Osteoarthritis of the left knee",
        target="knee_joint",
        side=side,
        on=on.date(),
        by=by,
    )


def merge(kept, gone, by, **changes):
    kept, gone = Patient.objects.get(pk=kept.pk), Patient.objects.get(pk=gone.pk)
    seen = plan(kept, gone, at=NOW).seen
    given = {"take": (), "chart_number": gone.chart_number, "seen": seen, "at": NOW, "by": by, **changes}
    return outcome_actions.merge_patients(kept=kept, gone=gone, **given)


def undo(one, by, at=NOW + dt.timedelta(hours=1)):
    return outcome_actions.undo_merge(merge=PatientMerge.objects.get(pk=one.pk), at=at, by=by)


def every_row():
    """Table → key → columns, of every row of a clinic; of outcomes without the key, which is made anew."""
    models = [one for one in apps.get_models() if issubclass(one, ClinicRow) and not issubclass(one, History)]
    return {
        model._meta.label: sorted(
            repr(
                [
                    (name, bytes(value) if isinstance(value, memoryview) else value)
                    for name, value in row.items()
                    if name != "id" or "Outcome" not in model.__name__
                ]
            )
            for row in model._base_manager.values()
        )
        for model in models
        if model not in OUTSIDE
    }


def owned(patient):
    """How many rows of each table belong to the record."""
    return {
        model: n for model, name in children_of(Patient) if (n := model._base_manager.filter(**{name: patient}).count())
    }


def test_everything_moves_and_undoing_puts_back_every_row(treated, twin, manager, clinician, protocol):  # noqa: F811
    opened(twin, clinician, protocol)
    (courses,) = every_course(twin.clinic)
    outcome_actions.recompute_outcomes(course_ids=courses, at=NOW)
    before = every_row()
    took = ["email", "born_on"]
    done = merge(twin, treated, manager, take=took)

    assert set(owned(treated)) <= set(STAYS), "nothing else is left with the record that went"
    assert {Course, LotUse, Delivery, Call, RecallCase} <= set(owned(twin))
    for model, course in OF_COURSES:
        assert not model.objects.exclude(patient=F(f"{course}__patient")).exists(), "rows follow their course"
    kept = Patient.objects.get(pk=twin.pk)
    assert (kept.email, kept.phone, kept.chart_number) == (treated.email, twin.phone, twin.chart_number)
    assert not list(differences(course_ids=courses, at=NOW)), "outcomes stand as if it had always been one person"
    assert every_row() != before

    undo(done, manager)
    after = every_row()
    assert not list(outcome_actions.wrong_cells(clinic=twin.clinic))
    assert {label for label in before if before[label] != after[label]} == set()


def test_what_was_made_since_for_a_course_goes_back_with_it_and_the_rest_stays(
    patient, course, twin, manager, clinician, protocol
):
    done = merge(twin, patient, manager)
    course = Course.objects.get(pk=course.pk)
    log(course, clinician, baseline_missing_reason="Came without one")
    new = opened(Patient.objects.get(pk=twin.pk), clinician, protocol, on=NOW + DAY)
    back, staying = back_and_staying(done)
    assert back == ["1 course"]
    assert staying == ["1 course"]
    survey = open_survey(course.follow_ups.order_by("opens_on").last(), NOW + 300 * DAY)
    assert set(survey.deliveries.values_list("patient", flat=True)) == {twin.pk}
    Survey.objects.filter(follow_up__course=new).update(asked_with=survey)

    undo(done, manager)
    assert set(survey.deliveries.values_list("patient", flat=True)) == {patient.pk}
    assert set(LotUse.objects.values_list("patient", flat=True)) <= {patient.pk}
    assert Course.objects.get(pk=new.pk).patient_id == twin.pk
    assert not Survey.objects.filter(follow_up__course=new, asked_with=survey).exists(), "no link leads to both"


def test_nothing_is_agreed_to_by_a_merge_and_what_was_stopped_is_stopped(patient, twin, manager, front_desk, clinic):
    documents = current_documents(clinic)
    signed = {
        "language": "en",
        "way": "paper",
        "signed_name": "Ruth Álvarez",
        "signed_at": NOW,
        "at": NOW,
        "by": front_desk,
    }
    actions.sign_consent(patient=patient, document=documents["state_notice"], **signed)
    for one in (patient, twin):
        actions.sign_consent(patient=one, document=documents["research_sharing"], **signed)
    actions.withdraw_consent_kind(patient=patient, kind="research_sharing", by=front_desk, at=NOW)
    actions.withdraw_consent(patient=patient, by=front_desk, at=NOW)
    actions.wants_no_messages(patient=patient, channel="sms", at=NOW, by=front_desk)
    actions.flag_address(patient_id=patient.pk, channel="email", address=patient.email, at=NOW)

    rows = {one.label: one.after for one in plan(*fresh(twin, patient), at=NOW).agreements}
    assert rows["State notice"] == "not asked", "what only the other record signed is not taken over"
    assert rows["Research sharing"] == rows["Contact by e-mail and phone"] == "withdrawn"
    before = every_row()
    done = merge(twin, patient, manager)

    kept = Patient.objects.get(pk=twin.pk)
    assert kept.withdrawn_at == kept.sms_stopped_at == NOW
    assert not kept.may_be_contacted
    assert kept.email_bounced_at is None, "that address was not taken"
    assert not Consent.objects.filter(patient=kept, document__kind="research_sharing", withdrawn_at=None).exists()
    undo(done, manager)
    assert every_row() == before


def fresh(*patients):
    return [Patient.objects.select_related("clinic").get(pk=one.pk) for one in patients]


def test_an_address_that_takes_nothing_is_still_known_when_it_is_taken(patient, twin, manager):
    actions.flag_address(patient_id=patient.pk, channel="email", address=patient.email, at=NOW)
    merge(twin, patient, manager, take=["email"])
    assert Patient.objects.get(pk=twin.pk).email_bounced_at == NOW


def test_leaving_the_registry_is_leaving_it_on_the_kept_record(patient, twin, manager, front_desk):
    actions.withdraw_consent_kind(patient=patient, kind="outcome_registry", by=front_desk, at=NOW)
    merge(twin, patient, manager)
    kept = Patient.objects.get(pk=twin.pk)
    assert kept.registry_left_at == kept.registry_stopped_at == NOW
    assert kept.erases_answers_at is None


def test_links_and_letters_of_the_record_that_goes_end(patient, twin, manager, front_desk):
    actions.issue_own_link(patient=patient, at=NOW - dt.timedelta(hours=1))
    actions.send_own_page(patient=patient, at=NOW, by=front_desk)
    _request, _token = actions.ask_for_consent(
        patient=patient, kinds=["state_notice"], way="link", at=NOW - dt.timedelta(hours=1), by=front_desk
    )
    merge(twin, patient, manager)
    assert not PatientLetter.objects.waiting().exists()
    assert patient.links.get().expires_at == NOW
    assert patient.consent_requests.get().expires_at == NOW


def one_died(patient, twin, by):
    actions.record_death(patient=twin, died_on=NOW.date(), at=NOW, by=by)


def one_is_erased(patient, twin, by):
    outcome_actions.erase_patient(patient=patient, chart_number=patient.chart_number, reason="Asked", at=NOW, by=by)


def both_are_paused(patient, twin, by):
    for one in (patient, twin):
        outcome_actions.pause_sending(clinic=one.clinic, patient=one, reason="Away", at=NOW, by=by)


def answers_are_erased(patient, twin, by):
    Patient.objects.filter(pk=patient.pk).update(erases_answers_at=NOW)


def answers_would_be_erased(patient, twin, by):
    type(twin.clinic).objects.filter(pk=twin.clinic_id).update(keeps_withdrawn_answers=False)
    Patient.objects.filter(pk=patient.pk).update(registry_left_at=NOW)


def it_is_merged_already(patient, twin, by):
    third = twin_of(twin.clinic, by, chart_number="00913")
    merge(third, patient, by)


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (one_died, "says that the patient has died"),
        (one_is_erased, "erased, so nobody can tell"),
        (both_are_paused, "End one of the two pauses"),
        (answers_are_erased, "what is whose must stay apart"),
        (answers_would_be_erased, "Record it for the other, too"),
        (it_is_merged_already, "merged into another already"),
    ],
)
def test_what_cannot_be_merged_says_why_before_and_is_refused(case, sentence, patient, twin, manager):
    case(patient, twin, manager)
    assert any(sentence in said for said in plan(*fresh(twin, patient), at=NOW).obstacles)
    with pytest.raises(RuleBroken, match=sentence):
        merge(twin, patient, manager)


def test_a_recall_of_both_is_first_closed_for_the_one_that_goes(treated, twin, manager):  # noqa: F811
    case = RecallCase.objects.get(patient=treated)
    actions_of = treatment_actions.recalls
    actions_of.add_exposed_patient(recall=case.recall, patient=twin, note="By hand", at=NOW, by=manager)
    actions_of.move_case(case=case, state="contacted", note="Once more", at=NOW, by=manager)
    with pytest.raises(RuleBroken, match="recall of lot"):
        merge(twin, treated, manager)
    actions_of.move_case(case=case, state="closed", note="Told", at=NOW, by=manager)
    merge(twin, treated, manager)
    assert RecallCase.objects.get(patient=treated).pk == case.pk, "there is one of each recall for a patient"


def test_only_managers_of_the_clinic_with_the_right_number_and_the_latest_state(
    patient, twin, manager, front_desk, stranger, other_clinic
):
    for somebody in (front_desk, stranger):
        with pytest.raises(PermissionDenied):
            merge(twin, patient, somebody)
    with pytest.raises(RuleBroken, match="chart number"):
        merge(twin, patient, manager, chart_number=twin.chart_number)
    seen = plan(*fresh(twin, patient), at=NOW).seen
    actions.update_patient(patient=patient, by=front_desk, phone="512-555-0155")
    with pytest.raises(RuleBroken, match="changed meanwhile"):
        merge(twin, patient, manager, seen=seen)
    with pytest.raises(RuleBroken, match="one record"):
        merge(twin, twin, manager)
    both = add_member(
        clinic=other_clinic, email="w@x.example.org", full_name="W X", role=Role.MANAGER, password=PASSWORD
    )
    elsewhere = twin_of(other_clinic, both)
    with pytest.raises(RuleBroken, match="different clinics"):
        merge(twin, elsewhere, manager)
    assert not PatientMerge.objects.exists()


def test_undoing_ends_after_a_day_and_goes_from_the_last_to_the_first(patient, twin, manager, front_desk):
    third = twin_of(twin.clinic, front_desk, chart_number="00913")
    first = merge(twin, patient, manager)
    second = merge(third, twin, manager)
    assert Patient.objects.get(pk=patient.pk).merged_into_id == third.pk, "a chain leads to its end"
    with pytest.raises(PermissionDenied):
        undo(second, front_desk)
    with pytest.raises(RuleBroken, match="Undo that first"):
        undo(first, manager)
    with pytest.raises(RuleBroken, match="24 hours"):
        undo(second, manager, at=NOW + DAY + dt.timedelta(seconds=1))
    undo(second, manager, at=NOW + DAY)
    assert Patient.objects.get(pk=patient.pk).merged_into_id == twin.pk
    undo(first, manager)
    with pytest.raises(RuleBroken, match="undone already"):
        undo(first, manager)
    fourth = twin_of(twin.clinic, front_desk, chart_number="00914")
    older, _newer = merge(twin, patient, manager), merge(twin, fourth, manager)
    with pytest.raises(RuleBroken, match="Another record was merged"):
        undo(older, manager)


def test_what_changed_in_the_kept_record_since_stays(patient, twin, manager, front_desk):
    done = merge(twin, patient, manager, take=["email", "phone"])
    actions.update_patient(patient=twin, by=front_desk, email="ruth.newest@example.org")
    undo(done, manager)
    kept = Patient.objects.get(pk=twin.pk)
    assert (kept.email, kept.phone) == ("ruth.newest@example.org", twin.phone)


def test_what_the_patient_stops_once_more_stays_stopped(patient, twin, manager, front_desk):
    for channel in ("email", "sms"):
        actions.wants_no_messages(patient=patient, channel=channel, at=NOW, by=front_desk)
    done = merge(twin, patient, manager)
    actions.stop_channel(patient_id=twin.pk, channel="email", at=NOW + dt.timedelta(hours=1))
    undo(done, manager)
    kept = Patient.objects.get(pk=twin.pk)
    assert (kept.email_stopped_at, kept.sms_stopped_at) == (NOW + dt.timedelta(hours=1), None)


def test_allergies_of_either_are_allergies_afterwards(patient, twin, manager, front_desk):
    actions.update_patient(patient=twin, by=front_desk, allergy_status="none", allergies="")
    actions.update_patient(patient=patient, by=front_desk, allergy_status="known", allergies="Latex, hives")
    assert "Allergies are kept from both: Latex, hives." in plan(*fresh(twin, patient), at=NOW).notes
    done = merge(twin, patient, manager)
    kept = Patient.objects.get(pk=twin.pk)
    assert (kept.allergy_status, kept.allergies) == ("known", "Latex, hives")
    undo(done, manager)
    kept.refresh_from_db()
    assert (kept.allergy_status, kept.allergies) == ("none", "")


def test_nothing_can_be_written_for_a_record_that_was_merged(patient, twin, manager, clinician, protocol, front_desk):
    merge(twin, patient, manager)
    with pytest.raises(actions.PatientMerged):
        actions.update_patient(patient=patient, by=front_desk, phone="512-555-0155")
    with pytest.raises(actions.PatientMerged):
        opened(Patient.objects.get(pk=patient.pk), clinician, protocol)
    with pytest.raises(IntegrityError, match="was merged into"), transaction.atomic():
        opened(patient, clinician, protocol)
    assert patient not in Patient.objects.visible_to(manager)
    assert patient not in Patient.objects.agreed()


def test_a_patient_who_is_erased_is_erased_with_every_merged_record(treated, twin, manager):  # noqa: F811
    merge(twin, treated, manager)
    given = {"chart_number": twin.chart_number, "reason": "Asked for it by letter", "at": NOW, "by": manager}
    outcome_actions.erase_patient(patient=Patient.objects.get(pk=twin.pk), despite="They asked twice", **given)
    assert tables_with("Zwickelbauer") == set()
    assert tables_with("ruth.new@") == set()
    with pytest.raises(RuleBroken, match="erased"):
        undo(PatientMerge.objects.get(), manager)


def test_pairs_are_found_by_name_birthday_address_and_number(clinic, patient, twin, manager, front_desk, other_clinic):
    near = twin_of(clinic, front_desk, chart_number="1", family_name="Alvares")
    unborn = twin_of(clinic, front_desk, chart_number="2", born_on=None, email="RUTH@example.org")
    shared = twin_of(clinic, front_desk, chart_number="3", family_name="Okoro", born_on=None, phone="(512) 555 0101")
    twin_of(
        clinic, front_desk, chart_number="4", family_name="Lindqvist", given_name="Nils", born_on=dt.date(1958, 3, 3)
    )
    twin_of(clinic, front_desk, chart_number="5", born_on=dt.date(1990, 1, 1))

    found = {(one.kept.pk, one.gone.pk): one.why for one in pairs_of(clinic).shown}
    assert found[patient.pk, twin.pk] == "Same name, same date of birth"
    assert found[patient.pk, near.pk] == "Same date of birth, and names that are alike"
    assert found[patient.pk, unborn.pk] == "Same name, same address or number"
    assert found[patient.pk, shared.pk] == "Same e-mail address or phone number"
    assert not any("4" in (one.kept.chart_number, one.gone.chart_number) for one in pairs_of(clinic).shown)
    everyone = Patient.objects.filter(clinic=clinic)
    assert {one.pk for one in alike_to(patient, everyone)} == {twin.pk, near.pk, unborn.pk, shared.pk}

    apart = actions.keep_apart(one=twin, other=patient, at=NOW, by=manager)
    assert actions.keep_apart(one=patient, other=twin, at=NOW, by=manager) == apart
    assert (patient.pk, twin.pk) not in {(one.kept.pk, one.gone.pk) for one in pairs_of(clinic).shown}
    assert twin not in alike_to(patient, everyone)
    actions.forget_apart(apart=apart, by=manager)
    merge(patient, twin, manager)
    assert not any(twin in (one.kept, one.gone) for one in pairs_of(clinic).shown)
    assert pairs_of(other_clinic).total == 0
    with pytest.raises(PermissionDenied):
        actions.keep_apart(one=patient, other=near, at=NOW, by=front_desk)


def test_the_kept_record_is_found_by_what_the_other_was_called(clinic, patient, twin, manager):
    actions.update_patient(patient=patient, by=manager, given_name="Ruthless")
    merge(twin, patient, manager, take=["email"])
    everyone = Patient.objects.visible_to(manager)
    assert list(matching(everyone, "Ruthless")) == list(matching(everyone, "00417")) == [twin]
    assert list(matching(everyone, "Alvarez")) == [twin], "once, whatever is found"
