"""Whole clinics for tests that go everywhere: every kind of row that has an address, made through actions.

``overwrite`` then puts words of a test's own into the text columns: canaries, scripts, formulas.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from clinic.actions import add_member, ask_for_job, create_api_token, create_clinic, invite, store_file
from clinic.history import History
from clinic.links import hash_link, new_token
from clinic.models import ApiToken, Clinic, ClinicRow, Membership, StoredFile, User
from clinic.permissions import Role
from outcomes.actions import (
    Asked,
    Licence,
    Moment,
    acknowledge_alert,
    ask_for_trial,
    cancel_survey,
    import_history,
    known_scales,
    load_instrument,
    merge_patients,
    pause_sending,
    publish_protocol,
    record_call,
    save_view,
    submit_survey,
)
from outcomes.bringing import read_file
from outcomes.export_jobs import ask_for_export, write_next_export
from outcomes.history import read_history
from outcomes.merging import plan
from outcomes.models import Call, MessageText, Survey, TrialMessage
from outcomes.report_keeping import keep_report
from outcomes.report_kinds import KINDS
from outcomes.reports import parse_filter, scope_of
from outcomes.starter import PROTOCOLS, install_starter_protocols
from patients import actions as patient_actions
from patients.birthdays import Birthday
from patients.consents import current_documents
from patients.import_jobs import ask_for_check, ask_for_import, work_on_next_import
from patients.models import Consent, Patient, PatientImport
from patients.starter import install_consent_documents
from tests.check_in import answer_all, invitation_link, open_survey
from tests.conftest import PASSWORD, StaffClient
from tests.history_files import write_history
from tests.outcomes.bringing import GARDEN
from tests.population import add_course
from tests.treatments.treating import KNEE, PRP, written
from treatments import actions
from treatments.actions import SessionsPlan, TimepointPlan, lots, products, recalls
from treatments.actions.retreatments import record_retreatment
from treatments.models import AdverseEvent, Course, Lot, Protocol, TreatmentSession, TreatmentType
from treatments.vocabulary import Modality

OURS = ("clinic", "patients", "treatments", "outcomes")
DAY = dt.timedelta(days=1)
PDF = b"%PDF-1.7\n%%EOF\n"
PROTOCOL = "treatments.Protocol.name"


Say = Callable[[str], str]


def usual_words(column: str) -> str:
    """What is said in a column when a test does not care."""
    return column.rpartition(".")[2]


@dataclass
class World:
    """One clinic with its people, and the rows that addresses lead to. ``now`` is the instant it was finished at.

    ``say``: the words in a column like "treatments.LotMovement.reason", for rows that never change once written.
    """

    clinic: Clinic
    now: dt.datetime
    say: Say
    people: dict[Role, User] = field(default_factory=dict)
    tokens: dict[Role, ApiToken] = field(default_factory=dict)
    keys: dict[Role, str] = field(default_factory=dict)
    survey_link: str = ""
    consent_link: str = ""
    own_link: str = ""
    trial_link: str = ""

    @property
    def staff(self) -> User:
        return self.people[Role.MANAGER]

    def ago(self, days: float) -> dt.datetime:
        return self.now - days * DAY

    def day(self, days_ago: float) -> dt.date:
        """The same in the clinic's calendar, which may be a day behind the world's."""
        return self.ago(days_ago).astimezone(ZoneInfo(self.clinic.time_zone)).date()


def furnish(name: str, folder: Path, say: Say = usual_words) -> World:
    """A clinic of this name in which everything has happened once. ``folder`` is for files of its history."""
    now = timezone.now()
    clinic = create_clinic(
        name=name,
        sender_name=f"{name} office",
        phone="512-555-0134",
        time_zone="America/Chicago",
        send_from_hour=0,
        send_until_hour=24,
        sends_on_weekends=True,
    )
    install_starter_protocols(clinic=clinic)
    install_consent_documents(clinic=clinic, at=now - 400 * DAY)
    world = World(clinic, now, say)
    _employ(world)
    _invite(world)
    _plan(world)
    earlier = _register(world, "00416", "Ruth")
    patient = _register(world, "00417", "Ruth")
    _merge(world, patient, earlier)
    scan = store_file(clinic=clinic, name="scan.pdf", content=PDF, at=world.ago(39), by=world.staff)
    _sign(world, patient, scan)
    course = _open(world, patient, say(PROTOCOL), days_ago=50)
    session = _treat(world, course, scan)
    _treat_otherwise(world, patient)
    _look_after(world, course, session)
    _recall(world, session)
    _ask(world, patient)
    _try_messages(world)
    _word_messages(world)
    _bring_instrument(world)
    _bring_history(world, folder)
    _keep_report(world)
    _bring_patients(world)
    _ask_for_a_comparison(world)
    return world


def _employ(world: World) -> None:
    for role in Role:
        email = f"{role.value}@{world.clinic.name.lower()}.example.org"
        user = add_member(clinic=world.clinic, email=email, full_name=f"{role.label} X", role=role, password=PASSWORD)
        world.people[role] = user
        world.tokens[role], world.keys[role] = create_api_token(
            membership=Membership.objects.get(user=user), name="a program", at=world.ago(1)
        )


def _invite(world: World) -> None:
    address = f"new@{world.clinic.name.lower()}.example.org"
    invite(clinic=world.clinic, email=address, role=Role.CLINICIAN, by=world.staff, at=world.ago(1))


def _plan(world: World) -> None:
    """The protocol that courses follow: its words never change once one does."""
    asks = [Asked("nrs_now"), Asked("nrs_average"), Asked("peg")]
    days = [("baseline", 0, 0, 30), ("week 6", 42, 35, 56), ("month 3", 91, 77, 119)]
    publish_protocol(
        treatment_type=TreatmentType.objects.get(clinic=world.clinic, code="prp"),
        name=world.say(PROTOCOL),
        moments=[Moment(TimepointPlan(*plan), asks) for plan in days],
        plan=SessionsPlan(technique={"aftercare": {"analgesic_plan": world.say("treatments.Protocol.technique")}}),
        at=world.ago(300),
        by=world.staff,
    )


def _register(world: World, chart_number: str, given_name: str) -> Patient:
    patient = patient_actions.register_patient(
        clinic=world.clinic,
        by=world.staff,
        at=world.ago(60),
        chart_number=chart_number,
        given_name=given_name,
        family_name="Álvarez",
        born_on=dt.date(1958, 3, 3),
        email="ruth@example.org",
        phone="512-555-0101",
        allergy_status="known",
        allergies=world.say("patients.Patient.allergies"),
    )
    return patient_actions.record_consent(patient=patient, by=world.staff, at=world.ago(60))


def _merge(world: World, patient: Patient, earlier: Patient) -> None:
    """Somebody thought that they are two people, and then found out."""
    patient_actions.keep_apart(one=earlier, other=patient, at=world.ago(50), by=world.staff)
    merge_patients(
        kept=patient,
        gone=earlier,
        take=(),
        chart_number=earlier.chart_number,
        seen=plan(patient, earlier, at=world.ago(0)).seen,
        at=world.ago(0),
        by=world.staff,
    )


def _sign(world: World, patient: Patient, scan: StoredFile) -> None:
    patient_actions.sign_consent(
        patient=patient,
        document=current_documents(world.clinic)["outcome_registry"],
        language="en",
        way=Consent.Way.PAPER.value,
        signed_name="Ruth Álvarez",
        signed_at=world.ago(40),
        at=world.ago(39),
        by=world.staff,
        scan=scan,
    )
    patient_actions.sign_consent(
        patient=patient,
        document=current_documents(world.clinic)["state_notice"],
        language="en",
        way=Consent.Way.TABLET.value,
        signed_name=f"{world.say('patients.Consent.signed_name')} Álvarez",
        signed_at=world.ago(40),
        at=world.ago(40),
        by=None,
    )


def _word_messages(world: World) -> None:
    """Words of the clinic's own. Not through the action, which would refuse most of what tests say."""
    MessageText.objects.create(
        clinic=world.clinic,
        kind="invitation",
        channel="email",
        language="en",
        version=1,
        subject=world.say("outcomes.MessageText.subject"),
        body=world.say("outcomes.MessageText.body") + "\n\n{link}",
        edited_at=world.ago(1),
        edited_by=world.staff,
    )


def _try_messages(world: World) -> None:
    """Two test messages: one that waits, and one whose link somebody has."""
    ask_for_trial(clinic=world.clinic, number=None, at=world.ago(1), by=world.staff)
    secret = new_token()
    TrialMessage.objects.create(
        clinic=world.clinic,
        channel="email",
        address=world.staff.email,
        queued_at=world.ago(2),
        queued_by=world.staff,
        claimed_at=world.ago(2),
        settled_at=world.ago(2),
        reply="refused",
        detail="The mail server does not know this address (550).",
        token_hash=hash_link(secret),
    )
    world.trial_link = f"/t/{secret}/"


def _bring_instrument(world: World) -> None:
    load_instrument(
        clinic=world.clinic,
        definition=read_file(GARDEN.encode()).definition,
        source=world.say("outcomes.LoadedInstrument.source"),
        licence=Licence(
            world.say("outcomes.LoadedInstrument.licence_holder"), world.say("outcomes.LoadedInstrument.licence_ref")
        ),
        is_attested=True,
        at=world.ago(1),
        by=world.staff,
    )


def _open(world: World, patient: Patient, protocol: str, *, days_ago: int, side: str = "right") -> Course:
    return actions.open_course(
        patient=patient,
        protocol=Protocol.objects.get(clinic=world.clinic, name=protocol),
        icd10_code="M17.11",
        complaint="Osteoarthritis of the knee",
        target="knee_joint",
        side=side,
        on=world.day(days_ago),
        by=world.staff,
    )


def _answered(world: World, course: Course, timepoint: str, at: dt.datetime, remark: str = "") -> Survey:
    survey = open_survey(course.follow_ups.get(timepoint__name=timepoint), at)
    values = {"nrs_now.now": 7, "nrs_average.average": 6, "peg.pain": 6, "peg.enjoyment": 7, "peg.activity": 4}
    answer_all(survey, values, at)
    submit_survey(survey=survey, at=at, remark=remark)
    return survey


def _treat(world: World, course: Course, certificate: StoredFile) -> TreatmentSession:
    """A session with everything a session can have, after an answered baseline."""
    survey = _answered(world, course, "baseline", world.ago(48), remark="Some days I want to die.")
    acknowledge_alert(
        alert=survey.alerts.get(), reached="phone", outcome="seen", said="Comes in.", at=world.ago(48), by=world.staff
    )
    lot = _lot(world, "L2406A", certificate=certificate)
    session = actions.log_session(
        course=course,
        at=world.ago(39),
        by=world.people[Role.FRONT_DESK],
        lots=[{"lot": lot, "quantity": Decimal(1), "injection": 0}],
        **parts(world),
    )
    return TreatmentSession.objects.select_related("course__patient__clinic", "clinic").get(pk=session.pk)


def parts(world: World) -> dict[str, object]:
    """Everything a session can say, and one thing against the plan."""
    return written(
        world.people[Role.CLINICIAN],
        performed_at=world.ago(40),
        baseline_missing_reason="",
        injections=[KNEE, {**KNEE, "side": "left", "approach": "lateral"}],
        overrides={"side_not_planned": "Both knees were planned by phone."},
        preparation={**PRP, "device": "A centrifuge"},
        visit={"assistant": "A nurse", "room": "1", "skin_prep": "chlorhexidine", "anaesthetic_agent": "lidocaine"},
        note="Went well.",
        holds={"takes_no_nsaid": True, "anticoagulant": "not_taken"},
        aftercare={"rest_days": 3, "brace": "brace", "analgesic_plan": "acetaminophen"},
    )


CELLS = {"product_type": "bmac", "donor": "autologous", "manipulation": "minimal", "final_volume_ml": Decimal(10)}
VESICLES = {
    "source_tissue": "umbilical cord",
    "volume_ml": Decimal(10),
    "ind_number": "IND 1",
    "is_notice_acknowledged": True,
    "release_tests": [{"kind": "sterility", "result": "passed", "value": "none"}],
}


def _treat_otherwise(world: World, patient: Patient) -> None:
    """Sessions of the other two kinds of preparation, treated on the day of the first visit."""
    vials = _lot(world, "EV-7", kind="exosome_product", regulated_as="biologic", unit="vial")
    one_vial = [{"lot": vials, "quantity": Decimal(1), "injection": 0}]
    for modality, preparation, used in ((Modality.CELL, CELLS, []), (Modality.EXOSOME, VESICLES, one_vial)):
        course = _open(world, patient, PROTOCOLS[modality], days_ago=41)
        _answered(world, course, "baseline", world.ago(40.5), remark="I think of suicide.")
        actions.log_session(
            course=course,
            at=world.ago(39),
            by=world.staff,
            lots=used,
            **written(world.people[Role.CLINICIAN], performed_at=world.ago(40), preparation=preparation),
        )


def _lot(world: World, number: str, *, certificate: StoredFile | None = None, **details: object) -> Lot:
    """A released lot of a new product, by default a PRP kit."""
    at = world.ago(55)
    kit = {"name": number, "manufacturer": "Arbor Biologics", "kind": "prp_kit", "regulated_as": "device"}
    made = products.register_product(
        clinic=world.clinic,
        at=at,
        by=world.staff,
        **{**kit, **details},
    )
    products.record_status(
        product=made,
        jurisdiction="US",
        standing="cleared",
        valid_from=at.date(),
        reference="K000000",
        at=at,
        by=world.staff,
    )
    lot = lots.receive_lot(
        product=made,
        quantity=Decimal(5),
        at=at,
        by=world.staff,
        lot_number=number,
        expires_on=world.day(-200),
        certificate=certificate,
    )
    lots.record_storage_reading(lot=lot, read_at=at, celsius=Decimal("4.0"), at=at, by=world.staff, note="cold")
    return lots.release_lot(lot=lot, by=world.staff)


def event_details(world: World, session: TreatmentSession) -> dict[str, object]:
    return {
        "session": session,
        "began_at": world.ago(20),
        "first_aware_at": world.ago(18),
        "description": "My knee is hot and thick.",
        "term": "Septic arthritis",
        "body_system": "musculoskeletal",
        "grade": 3,
        "seriousness": ["hospitalisation"],
        "action_taken": "Called back",
        "treatment": "Ice",
        "outcome": "recovering",
        "reporter": "the patient",
    }


def _look_after(world: World, course: Course, session: TreatmentSession) -> None:
    """An event with its reports, the medicines, a profile, and the same knee treated elsewhere."""
    patient, staff = course.patient, world.staff
    event = actions.record_event(patient=patient, details=event_details(world, session), at=world.ago(17), by=staff)
    assert event.reports.exists()
    actions.record_medication_review(
        patient=patient,
        source="phone",
        asked_on=world.day(20),
        takes_opioids=True,
        opioids=[{"drug": "tramadol", "strength": Decimal(50), "units_per_day": Decimal(2)}],
        at=world.ago(17),
        by=staff,
    )
    profile = {"height_cm": Decimal(175), "tobacco": "never", "prior_surgery": "none", "sport": "walking"}
    actions.record_profile(course=course, details=profile, version=0, at=world.ago(17), by=staff)
    record_retreatment(
        course=course, kind="surgery", happened_on=world.day(3), at=world.ago(2), by=staff, note="elsewhere"
    )


def _recall(world: World, session: TreatmentSession) -> None:
    lot = session.lot_uses.get().lot
    lots.correct_quantity(
        lot=lot, counted=Decimal(3), reason=world.say("treatments.LotMovement.reason"), at=world.ago(12), by=world.staff
    )
    recall = recalls.recall_lot(
        lot=lot,
        severity="II",
        reason="Wrong label",
        announced_on=world.day(10),
        at=world.ago(10),
        by=world.staff,
    )
    recalls.move_case(
        case=recall.cases.get(),
        state="contacted",
        note=world.say("treatments.RecallStep.note"),
        at=world.ago(9),
        by=world.staff,
    )
    _lot(world, "L2407B")


def _ask(world: World, patient: Patient) -> None:
    """A survey and a consent that wait for the patient, each behind a link."""
    course = _open(world, patient, world.say(PROTOCOL), days_ago=2, side="left")
    survey = open_survey(course.follow_ups.get(timepoint__name="baseline"), world.now)
    world.survey_link = invitation_link(survey, world.now)
    _reach(world, survey)
    asked = patient_actions.ask_for_consent(
        patient=patient, kinds=["research_sharing"], way=Consent.Way.LINK, at=world.now, by=world.staff
    )
    world.consent_link = f"/consent/{asked[1]}/"
    _lead_to_own_page(world, patient)


def _lead_to_own_page(world: World, patient: Patient) -> None:
    """A link to the patient's own page, a letter that waits to carry another, and a link that was tried too often."""
    patient_actions.send_own_page(patient=patient, at=world.now, by=world.staff)
    world.own_link = f"/my/{patient_actions.issue_own_link(patient=patient, at=world.now)}/"
    other = Survey.objects.filter(clinic=world.clinic, completed_at__isnull=False).first()
    for year in range(1900, 1905):
        patient_actions.check_birthday(
            patient=patient, survey=other.public_id, said=Birthday(year), address="192.0.2.1", at=world.now
        )


def _reach(world: World, survey: Survey) -> None:
    """Somebody called about it, is to call again, and pauses what is sent meanwhile; another check-in is called off."""
    others = Survey.objects.filter(clinic=world.clinic, completed_at=None).exclude(pk=survey.pk)
    if other := others.order_by("id").first():
        cancel_survey(survey=other, reason="Moved abroad", at=world.now, by=world.staff)
    patient = survey.follow_up.course.patient
    made = {"reason": "no_answer", "made_at": world.ago(1), "call_on": world.day(1)}
    call = Call.objects.create(clinic=world.clinic, survey=survey, patient=patient, **made)
    record_call(call=call, outcome="no_answer", note="Rang out", at=world.ago(0.5), by=world.staff)
    pause_sending(clinic=world.clinic, patient=patient, reason="In hospital", at=world.now, by=world.staff)


def _bring_history(world: World, folder: Path) -> None:
    history = read_history(write_history(folder), known_scales(clinic=world.clinic))
    import_history(
        clinic=world.clinic,
        history=history,
        index_date=world.day(300),
        by=world.staff,
        at=world.now,
        tell=lambda _line: None,
    )


def _ask_for_a_comparison(world: World) -> None:
    """No worker has begun with it."""
    asked = [["group_by", "treatment"]]
    ask_for_job(clinic=world.clinic, kind="compare", asked=asked, version="0" * 64, by=world.staff, at=world.now)
    ask_for_export(question="dataset=answers", clinic=world.clinic, by=world.staff, at=world.now)
    write_next_export(clock=lambda: world.now)


def _bring_patients(world: World) -> None:
    """A file that was imported, and one that was checked: with a problem, a change and a look-alike."""
    _bring(world, "Chart,Last name,First name\n00501,Okoye,Ada\n")
    one = PatientImport.objects.get(clinic=world.clinic)
    ask_for_import(patient_import=one, takes_changes=False, takes_alike=False, at=world.now, by=world.staff)
    work_on_next_import(clock=lambda: world.now)
    _bring(
        world, "Chart,Last name,First name,Mail\n00417,Álvarez,Ruth,no\n00501,Okoye,Ada,ada@example.org\n2,Okoye,Ada,\n"
    )


def _bring(world: World, text: str) -> None:
    brought = patient_actions.upload_patients(
        clinic=world.clinic,
        name="patients.csv",
        content=text.encode(),
        encoding="",
        delimiter="",
        at=world.now,
        by=world.staff,
    )
    ask_for_check(patient_import=brought, at=world.now, by=world.staff)
    work_on_next_import(clock=lambda: world.now)


def _keep_report(world: World) -> None:
    kind, scope = KINDS[0], scope_of(world.staff)
    asked = parse_filter({"clinic": [str(world.clinic.public_id)]}, scope)
    kept = {"clinic": world.clinic, "at": world.now, "by": world.staff}
    keep_report(kind=kind, asked=asked, scope=scope, on=world.day(0), **kept)
    save_view(name="Knees", kind=kind.name, parameters="region=knee", is_shared=True, **kept)


# Words in every column


@dataclass(frozen=True)
class Column:
    """A text column in which people write their own words. ``number`` tells it from all others."""

    model: type[models.Model]
    field: models.Field
    number: int

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def is_personal(self) -> bool:
        return self.field.name in self.model.Privacy.personal

    @property
    def is_email(self) -> bool:
        return isinstance(self.field, models.EmailField)

    def values(self, clinic: Clinic) -> list[object]:
        """What stands in it at a clinic."""
        return list(whose(self.model, clinic).values_list(self.field.name, flat=True))

    @property
    def room(self) -> int:
        """How many characters fit."""
        return (self.field.max_length or 500) - 3


# Who looked at what, seals of history, sessions: they follow what happens, and change when somebody only looks.
RECORDS = {
    *("clinic.AccessEvent", "clinic.AuditSeal", "clinic.AuditShape", "clinic.AuditMark", "clinic.ChainHead"),
    *("clinic.KeyedRequest", "clinic.BrowserSession", "clinic.CodeTries", "clinic.StaffLetter", "clinic.FormDraft"),
}


def models_of(app: str) -> list[type[models.Model]]:
    """The tables of an app in which its actions write: views of them and their history only follow."""
    return [
        model
        for model in apps.get_app_config(app).get_models()
        if model._meta.managed and not issubclass(model, History) and model._meta.label not in RECORDS
    ]


# Text columns that hold a code, a hash or a name from a fixed list, which nobody writes freely.
CODES = {
    *("clinic.Clinic.time_zone", "clinic.StoredFile.media_type", "clinic.StoredFile.sha256", "clinic.User.password"),
    "clinic.Invitation.token_hash",
    *("clinic.ApiToken.token_hash", "patients.Consent.text_hash", "patients.ConsentRequest.token_hash"),
    *("patients.Patient.time_zone", "patients.Patient.search_text", "treatments.TreatmentType.code"),
    "patients.MergedRow.table",
    *("treatments.Course.icd10_code", "treatments.AdverseEvent.icd10_code", "treatments.Injection.level"),
    *("treatments.TreatmentSession.idempotency_hash", "treatments.TreatmentSession.checklist"),
    *("treatments.PrpPreparation.leukocyte_class", "treatments.PrpPreparation.paw_code"),
    *("treatments.PrpPreparation.depa_code", "treatments.PrpPreparation.plra_code"),
    *("treatments.PrpPreparation.mishra_code", "treatments.MedicationReview.factor_version"),
    *("treatments.OpioidUse.drug", "treatments.ProductStatus.jurisdiction", "outcomes.AssignedInstrument.instrument"),
    *("outcomes.Answer.item", "outcomes.Score.instrument", "outcomes.Score.timepoint", "treatments.Product.gtin"),
    *("outcomes.OutcomeTally.timepoint", "outcomes.OutcomeTally.instrument"),
    *("outcomes.Outcome.instrument", "outcomes.Outcome.timepoint"),
    *("outcomes.ImportedInstrument.code", "treatments.TreatmentSession.entered_in_error_reason"),
    *("treatments.AdverseEvent.entered_in_error_reason", "treatments.Course.external_ref", "treatments.Timepoint.name"),
    *("outcomes.MessageText.subject", "outcomes.MessageText.body"),
    *("clinic.Heartbeat.name", "clinic.Clinic.sms_sender", "outcomes.ContactDecision.code"),
    *(
        "outcomes.Alert.rule",
        "outcomes.Alert.rule_version",
        "clinic.Clinic.emergency_number",
        "clinic.Clinic.crisis_line",
    ),
    *("patients.PatientLetter.problem", "patients.PatientImport.sha256", "patients.PatientImport.digest"),
    *("outcomes.ReportSnapshot.kind", "outcomes.ReportSnapshot.title", "outcomes.ReportSnapshot.parameters"),
    *("outcomes.SavedView.kind", "outcomes.SavedView.parameters", "clinic.Job.kind", "clinic.Job.version"),
    "clinic.Job.problem",
    *("outcomes.ReportSnapshot.data_version", "outcomes.ReportSnapshot.code_version"),
    *("outcomes.Delivery.reason_code", "outcomes.Delivery.provider_ref", "outcomes.DeliveryAttempt.code"),
    *("outcomes.DeliveryChange.before", "outcomes.DeliveryChange.after", "outcomes.DeliveryChange.reason_code"),
    *("outcomes.ProviderEvent.source", "outcomes.ProviderEvent.event_ref"),
    *("outcomes.LoadedInstrument.code", "outcomes.LoadedInstrument.version"),
}
# Their rows never change; what stands in them was said when they were made.
SAID_ONCE = {
    *("treatments.LotMovement.reason", "treatments.RecallStep.note", "treatments.SessionRevision.reason"),
    *("treatments.EventRevision.reason", "treatments.Protocol.name", "treatments.Timepoint.name"),
    *("outcomes.MessageText.subject", "outcomes.MessageText.body"),
    *("clinic.Heartbeat.name", "clinic.Clinic.sms_sender", "outcomes.ContactDecision.code"),
    *("outcomes.Delivery.reason_code", "outcomes.Delivery.provider_ref", "outcomes.DeliveryAttempt.code"),
    *("outcomes.DeliveryChange.before", "outcomes.DeliveryChange.after", "outcomes.DeliveryChange.reason_code"),
    *("outcomes.ProviderEvent.source", "outcomes.ProviderEvent.event_ref"),
    "outcomes.LoadedInstrument.source",
}
# Nobody says it of other rows, and the database would refuse it.
ONLY_WHERE = {
    "outcomes.Survey.cancel_reason": {"cancelled_at__isnull": False},
    "outcomes.Alert.said": {"acknowledged_at__isnull": False},
    "patients.Patient.allergies": {"allergy_status": "known"},
}
COLUMNS = [
    Column(model, column, number)
    for number, (model, column) in enumerate(
        (model, column)
        for app in OURS
        for model in models_of(app)
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField | models.JSONField) and not column.choices
    )
]
FREE = [column for column in COLUMNS if column.label not in CODES and not isinstance(column.field, models.JSONField)]


def whose(model: type[models.Model], clinic: Clinic) -> models.QuerySet:
    """The rows of a model that are of one clinic."""
    if model is Clinic:
        return Clinic.objects.filter(pk=clinic.pk)
    if model is User:
        return User.objects.filter(memberships__clinic=clinic)
    if model is Patient:
        return Patient.objects.filter(clinic=clinic, merged_into=None)
    named = {one.name for one in model._meta.get_fields()}
    if "clinic" in named:
        return model._default_manager.filter(clinic=clinic)
    return (
        model._default_manager.filter(user__memberships__clinic=clinic)
        if "user" in named
        else model.objects.filter(pk=0)
    )


def overwrite(world: World, words: Callable[[Column, int], str]) -> None:
    """Put ``words`` into every column in which people write, row by row; then keep versions of what can be corrected."""
    _write(world, words)
    _correct(world)
    _write(world, words)


def _write(world: World, words: Callable[[Column, int], str]) -> None:
    for column in FREE:
        if column.label not in SAID_ONCE:
            rows = whose(column.model, world.clinic).filter(**ONLY_WHERE.get(column.label, {}))
            for key in rows.values_list("pk", flat=True):
                column.model._base_manager.filter(pk=key).update(**{column.field.name: words(column, key)})


def _correct(world: World) -> None:
    session = TreatmentSession.objects.filter(
        clinic=world.clinic, version=1, course__treatment_type__code="prp"
    ).first()
    if session is None:
        return
    use = session.lot_uses.get()
    actions.amend_session(
        session=session,
        version=1,
        reason=world.say("treatments.SessionRevision.reason"),
        at=world.ago(1),
        by=world.staff,
        lots=[{"lot": use.lot, "quantity": use.quantity, "injection": 0}],
        **parts(world),
    )
    event = AdverseEvent.objects.get(clinic=world.clinic)
    actions.amend_event(
        event=event,
        version=event.version,
        details=event_details(world, session),
        reason=world.say("treatments.EventRevision.reason"),
        at=world.ago(1),
        by=world.staff,
    )


def grow(world: World) -> None:
    """More of most things: another patient with answers, a session, an event, lots, and a longer history."""
    patient = _register(world, "00999", "Walter")
    course = _open(world, patient, world.say(PROTOCOL), days_ago=50)
    _answered(world, course, "baseline", world.ago(48))
    _lot(world, "L9999")
    details = {**event_details(world, None), "grade": 2, "seriousness": []}
    actions.record_event(patient=patient, details=details, at=world.ago(17), by=world.staff)
    add_course(world.clinic, baseline=7, month_3=2)


# What is in the database


def crossings(clinic: Clinic) -> list[str]:
    """The rows of this clinic that point to a row of another."""
    found = []
    for model in (model for app in OURS for model in models_of(app) if issubclass(model, ClinicRow)):
        for one in model._meta.concrete_fields:
            if one.many_to_one and issubclass(one.related_model, ClinicRow):
                rows = model._base_manager.filter(clinic=clinic, **{f"{one.name}__isnull": False})
                found += [f"{model._meta.label}.{one.name}"] * rows.exclude(**{f"{one.name}__clinic": clinic}).count()
    return found


def digest(clinic: Clinic) -> dict[str, str]:
    """A checksum of everything this clinic has, table by table, but for the sessions of those who look."""
    kept = [model for app in OURS for model in models_of(app)]
    return {model._meta.label: _digest(whose(model, clinic)) for model in kept}


def _digest(rows: models.QuerySet) -> str:
    sql, params = rows.order_by("pk").distinct().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(row::text, ',')) FROM ({sql}) row", params)
        return cursor.fetchone()[0] or hashlib.md5().hexdigest()


# Going round


class Visitor:
    """Somebody with a browser, signed in or not. Every request begins with the same cookies; a stream is read whole."""

    def __init__(self, user: User | None = None, **headers: str) -> None:
        self.user = user
        self.client = StaffClient(raise_request_exception=False, **headers)
        if user:
            self.client.force_login(user)
        self._cookies = self.client.cookies.output(header="").strip()

    def send(self, method: str, path: str, data: object = None, **more: Any) -> HttpResponseBase:
        """The answer; to the API the body goes as JSON."""
        self.client.cookies = SimpleCookie(self._cookies)
        if method in ("POST", "PUT", "PATCH"):
            more["data"] = {} if data is None else data
            if path.startswith("/api/"):
                more |= {"content_type": "application/json", "headers": {"If-Match": '"1"', **more.get("headers", {})}}
        answer = getattr(self.client, method.lower())(path, **more)
        if answer.streaming:
            content = b"".join(answer.streaming_content)
            answer = HttpResponse(content, status=answer.status_code, headers=dict(answer.headers))
        return answer


def visitors(world: World) -> dict[str, Visitor]:
    """One of each role, somebody of no clinic, and somebody who has not signed in."""
    user, _ = User.objects.get_or_create(email="nobody@example.org", full_name="Nobody")
    named = {role.value: Visitor(user) for role, user in world.people.items()}
    return {**named, "of no clinic": Visitor(user), "anonymous": Visitor()}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
