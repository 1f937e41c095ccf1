"""A clinic in which every list of the API has a row, and a good request for every address that changes something."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from clinic.actions import ask_for_job, store_file
from clinic.api_schema import api_schema
from clinic.models import Clinic, User
from outcomes import actions as outcome_actions
from outcomes.models import Call, Survey
from outcomes.report_keeping import keep_report
from outcomes.report_kinds import KINDS
from outcomes.reports import parse_filter, scope_of
from outcomes.starter import PROTOCOLS
from patients import actions as patient_actions
from patients.models import Consent, ConsentDocument, Patient
from tests.check_in import answer_all
from tests.conftest import NOON
from tests.days import today_there
from tests.treatments import stock
from tests.treatments.api_sessions import NO_BASELINE
from tests.treatments.safety import ADMITTED, ind_lot_in, record
from tests.treatments.treating import KNEE, log
from treatments import actions
from treatments.models import Protocol, RecallCase, ReviewItem
from treatments.vocabulary import Modality

ANSWERS = {"nrs_now.now": 7, "peg.pain": 6, "peg.enjoyment": 7, "peg.activity": 4}
PDF = b"%PDF-1.7\n..."


@dataclass
class World:
    """One clinic with a row of every kind. ``ids``: by the name that bodies use, and by the resource in addresses."""

    clinic: Clinic
    by: User
    ids: dict[str, str] = field(default_factory=dict)

    def knows(self, **rows: Any) -> None:
        self.ids |= {name: str(row.public_id) for name, row in rows.items()}


def lived_in(clinic: Clinic, by: User) -> World:
    """Everything once, through the actions."""
    world = World(clinic, by)
    patient = patient_actions.register_patient(
        clinic=clinic, by=by, at=NOON, chart_number="W-1", family_name=f"Canary{clinic.name}", email="w@example.org"
    )
    patient_actions.record_consent(patient=patient, by=by, at=NOON)
    protocol = Protocol.objects.get(clinic=clinic, name=PROTOCOLS[Modality.PRP])
    course = actions.open_course(
        patient=patient,
        protocol=protocol,
        icd10_code="M17.11",
        complaint="Knee",
        target="knee_joint",
        side="right",
        on=NOON.date(),
        by=by,
    )
    outcome_actions.open_due_surveys(at=NOON)
    survey = course.follow_ups.get().survey
    answer_all(survey, ANSWERS, NOON)
    outcome_actions.submit_survey(survey=survey, at=NOON, remark="I want to die.")
    alert = survey.alerts.get()
    world.knows(clinic=clinic, patient=patient, protocol=protocol, course=course, survey=survey, alert=alert)
    _treat(world, course)
    return world


def _treat(world: World, course: Any) -> None:
    clinic, by = world.clinic, world.by
    session = log(course, by, performed_at=NOON, at=NOON, baseline_missing_reason="")
    recall = stock.recall_used_lot(course, by)
    released = ind_lot_in(session, by)
    event = record(course.patient, by, **ADMITTED | {"session": session})
    medication = actions.record_medication_review(
        patient=course.patient, source="phone", asked_on=NOON.date(), takes_opioids=False, at=NOON, by=by
    )
    actions.record_profile(course=course, details={"tobacco": "never"}, version=0, at=NOON, by=by)
    log(course, by, injections=[{**KNEE, "side": "left"}], overrides={"side_not_planned": "Both knees were planned."})
    retreatment = actions.record_retreatment(course=course, kind="steroid", happened_on=NOON.date(), at=NOON, by=by)
    product = stock.register(clinic, by, name="Another kit")
    document = ConsentDocument.objects.filter(clinic=clinic, kind="outcome_registry").latest("version")
    consent = Consent.objects.filter(patient=course.patient).first()
    file = store_file(clinic=clinic, name="a.pdf", content=PDF, at=NOON, by=by)
    world.knows(
        session=session,
        follow_up=course.follow_ups.exclude(survey__isnull=False).first(),
        lot=stock.receive(product, by),
        product=product,
        recall=recall,
        recall_case=RecallCase.objects.get(recall=recall),
        event=event,
        regulatory_report=event.reports.exclude(kind="causality_review").get(),
        released_lot=released,
        other_patient=patient_actions.register_patient(
            clinic=clinic, by=by, at=NOON, chart_number="W-3", family_name="Moss"
        ),
        medication=medication,
        review=ReviewItem.objects.get(clinic=clinic),
        retreatment=retreatment,
        document=document,
        consent=consent,
        scan=file,
        file=file,
        certificate=file,
        image=file,
    )
    _reach(world)


def _reach(world: World) -> None:
    """A check-in that is open on the day of the test and of which nothing was sent, a call about it, and a pause."""
    clinic, by, now = world.clinic, world.by, timezone.now()
    Clinic.objects.filter(pk=clinic.pk).update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
    patient = patient_actions.register_patient(
        clinic=clinic, by=by, at=NOON, chart_number="W-4", family_name="Reed", phone="512-555-0104"
    )
    patient_actions.record_consent(patient=patient, by=by, at=NOON)
    course = actions.open_course(
        patient=patient,
        protocol=Protocol.objects.get(public_id=world.ids["protocol"]),
        icd10_code="M17.11",
        complaint="Knee",
        target="knee_joint",
        side="right",
        on=now.astimezone(ZoneInfo(clinic.time_zone)).date(),
        by=by,
    )
    survey = Survey.objects.create(
        clinic=clinic, follow_up=course.follow_ups.get(), instruments=["nrs_now"], versions=["1"], opened_at=now
    )
    patient_actions.update_patient(patient=patient, by=by, email="reed@example.org")
    call = Call.objects.create(
        clinic=clinic, survey=survey, patient=patient, reason="unreachable", made_at=now, call_on=now.date()
    )
    moss = Patient.objects.select_related("clinic").get(public_id=world.ids["other_patient"])
    pause = outcome_actions.pause_sending(clinic=clinic, patient=moss, reason="In hospital", at=NOON, by=by)
    world.knows(open_survey=survey, call=call, pause=pause)
    _ask_for_reports(world, clinic, by)


def _ask_for_reports(world: World, clinic: Clinic, by: User) -> None:
    """One is being worked out, and one is kept."""
    now, scope = timezone.now(), scope_of(by)
    job = ask_for_job(clinic=clinic, kind="compare", asked=[], version="0" * 64, by=by, at=now)
    asked = parse_filter({"clinic": [str(clinic.public_id)]}, scope)
    kept = keep_report(kind=KINDS[0], asked=asked, scope=scope, clinic=clinic, at=now, on=NOON.date(), by=by)
    world.knows(job=job, snapshot=kept)


RESOURCES = {
    "consent-documents": "document",
    "events": "event",
    "lots": "lot",
    "products": "product",
    "files": "file",
    "profiles": "course",
}
# Where an address is about another row than the usual one of its kind.
ROWS = {
    "/api/v1/lots/{id}/quarantine/": "released_lot",
    "/api/v1/surveys/{id}/answers/": "open_survey",
    "/api/v1/surveys/{id}/send/": "open_survey",
    "/api/v1/reports/snapshots/{id}/": "snapshot",
}
# Where the documented example needs more, or other, in this world.
FITTING: dict[str, dict[str, Any]] = {
    "/api/v1/sessions/": NO_BASELINE,
    "/api/v1/events/": {"lot": None},
    "/api/v1/courses/": {"opened_on": "2026-03-02"},
    "/api/v1/medications/": {"source": "phone", "follow_up": None, "session": None},
    "/api/v1/patients/": {"chart_number": "W-2"},
    "/api/v1/patients/{id}/erasure/": {"chart_number": "W-1", "despite": "Asked for by a court"},
    "/api/v1/events/{id}/": {"reason": "Letter"},
}


def resource_of(path: str) -> str:
    """The name in ``World.ids`` of the row that an address is about: "recall_case" for /api/v1/recall-cases/{id}/."""
    name = path.split("/")[3]
    return ROWS.get(path) or RESOURCES.get(name, name.rstrip("s").replace("-", "_"))


@dataclass(frozen=True)
class Write:
    """A request that changes something, as the schema describes it."""

    method: str
    path: str
    example: Any
    takes_version: bool
    has_version: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def address(self, world: World, row: str | None = None) -> str:
        return self.path.replace("{id}", row or world.ids[resource_of(self.path)]) if "{id}" in self.path else self.path

    def body(self, world: World) -> dict[str, Any]:
        """The documented example, with this world's rows."""
        body = filled(copy.deepcopy(self.example), world) | FITTING.get(self.path, {})
        if "answered_on" in body:
            body["answered_on"] = f"{today_there()}"
        return body | ({"patient": world.ids["other_patient"]} if "recalls" in self.path else {})

    def send(self, client: APIClient, world: World, body: Any, row: str | None = None) -> Any:
        return getattr(client, self.method)(self.address(world, row), body, headers=self.version())

    def version(self) -> dict[str, str]:
        """Every row of the world is in its first version."""
        return {"If-Match": '"1"'} if self.takes_version else {}


def filled(example: Any, world: World) -> Any:
    """``example`` with the ids of this world wherever a row is named."""
    if isinstance(example, dict):
        return {
            name: world.ids[name] if isinstance(value, str) and name in world.ids else filled(value, world)
            for name, value in example.items()
        }
    return [filled(one, world) for one in example] if isinstance(example, list) else example


def writes() -> list[Write]:
    """Every request of the schema that changes something."""
    found = []
    for path, operations in api_schema()["paths"].items():
        for method, operation in operations.items():
            if method in {"post", "put", "patch", "delete"}:
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                examples = [one["value"] for one in content.get("examples", {}).values()]
                version = next((one for one in operation.get("parameters", ()) if one["name"] == "If-Match"), None)
                is_needed = bool(version and version.get("required"))
                found.append(Write(method, path, examples[0] if examples else {}, version is not None, is_needed))
    return found


def named_rows(body: Any, world: World, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places in ``body`` that name a row of the world."""
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, value in items:
        if isinstance(value, str) and value in world.ids.values():
            yield (*place, name)
        else:
            yield from named_rows(value, world, (*place, name))


def replaced(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """A copy of ``body`` with another value in this place."""
    changed = copy.deepcopy(body)
    inside = changed
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return changed


def rows_written() -> int:
    """How many rows this transaction has inserted, changed or deleted so far, but for when a token was last used,
    and for the record that it was.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables "
            "WHERE relname NOT IN ('clinic_apitoken', 'clinic_accessevent')"
        )
        return cursor.fetchone()[0]
