"""Every address of the site in one table: whose row it is about, and what seeing and changing it needs.

A route that is not in the table fails tests/test_route_matrix.py. A new one is one line here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from clinic.models import ApiToken, User
from clinic.permissions import Permission
from outcomes.report_kinds import KINDS
from tests.world import World, whose
from treatments.models import RegulatoryReport

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
READS = ("GET", "HEAD")


@dataclass(frozen=True)
class Route:
    """``row``: the model whose id the address holds, or "". ``see`` and ``do``: what reading and each of ``changes`` need.

    None as ``see`` means that there is nothing to read; ANYBODY that signing in is enough. ``kind`` is the permission
    without which a role meets nothing of this sort: as a person 404 (a row) or 403, as a program always 403.
    ``asks_first``: the permission is asked before the row.
    """

    row: str = ""
    see: Permission | str | None = None
    do: Permission | str | None = None
    changes: tuple[str, ...] = ()
    kind: Permission | None = None
    asks_first: bool = False
    query: str = ""

    @property
    def declared(self) -> set[str]:
        return {*(READS if self.see else ()), *self.changes}

    @property
    def model(self) -> type[Model] | None:
        return apps.get_model(self.row) if self.row else None

    def needs(self, method: str) -> Permission | str | None:
        return self.do if method in self.changes else self.see


ANYBODY = "signing in is enough"
P = Permission
PATIENT, COURSE, SESSION = "patients.Patient", "treatments.Course", "treatments.TreatmentSession"
IMPORT = "patients.PatientImport"
SURVEY, SNAPSHOT = "outcomes.Survey", "outcomes.ReportSnapshot"
EVENT, LOT, PRODUCT, PROTOCOL = "treatments.AdverseEvent", "treatments.Lot", "treatments.Product", "treatments.Protocol"


def page(row: str = "", see: Permission | str | None = None, do: Permission | str | None = None, **more) -> Route:
    """A page for people; with ``do`` it takes a form."""
    return Route(row, see, do, ("POST",) if do else (), **more)


def patients(row: str, *, do: Permission | None = None, reads: bool = True) -> Route:
    """A page of a row that whoever sees patients sees."""
    return page(row, P.PATIENT_VIEW if reads else None, do, kind=P.PATIENT_VIEW)


def stock(*, do: Permission | None = None, reads: bool = True) -> Route:
    return page(LOT, P.STOCK_KEEP if reads else None, do, kind=P.STOCK_KEEP)


def program(row: str = "", kind: Permission | None = P.PATIENT_VIEW, do: Permission | None = None, **more) -> Route:
    """A resource of the API that is read, and with ``do`` also made by POST."""
    given = {"see": kind or ANYBODY, "changes": ("POST",) if do else (), **more}
    return Route(row=row, do=do, kind=kind, **given)


def step(row: str, do: Permission, kind: Permission = P.PATIENT_VIEW) -> Route:
    """Something done with one row through the API."""
    return program(row, kind, do, see=None)


# Open to everybody, and the methods each takes.
OPEN = {
    "health": READS,
    "metrics": READS,
    **dict.fromkeys(
        [
            *("survey-welcome", "survey-question", "survey-check", "survey-done", "survey-later", "survey-you"),
            *("survey-help", "survey-my-page", "own-you", "own-details", "own-channel", "trial-link"),
        ],
        (*READS, "POST"),
    ),
    **dict.fromkeys(["own-page", "own-data", "own-pdf", "kiosk-locked"], READS),
    **dict.fromkeys(["sign", "sign-done", "unsubscribe", "kiosk", "kiosk-pause"], (*READS, "POST")),
    # Signed by the provider.
    **dict.fromkeys(["hook-sms-status", "hook-sms-inbound", "hook-mail"], ("POST",)),
}
# Signing in, and one's own account: about nobody's rows but one's own, so no permission and no clinic is asked for.
# Without an account one is either let in or led to the sign-in page. Their own tests say what each does.
ACCOUNT = {
    *(
        "login",
        "account_login",
        "logout",
        "login-forgot",
        "login-forgot-sent",
        "login-reset",
        "join",
        "mfa_authenticate",
    ),
    *("mfa_index", "change-password", "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "remove-passkey", "mfa_view_recovery_codes"),
    *("mfa_generate_recovery_codes", "kept-form"),
}

PAGES: dict[str, Route] = {
    "home": page(see=ANYBODY),
    "switch-clinic": page(do=ANYBODY),
    "switch-names": page(do=ANYBODY),
    "setup": page(see=P.API_USE),
    **dict.fromkeys(["clinic-details", "sending-schedule", "trials"], page(see=P.CLINIC_EDIT, do=P.CLINIC_EDIT)),
    **dict.fromkeys(["sites", "trial-states"], page(see=P.CLINIC_EDIT)),
    "api-tokens": page(see=P.API_USE, do=P.API_USE),
    "revoke-api-token": page("clinic.ApiToken", do=P.API_USE, asks_first=True),
    "audit": page(see=P.AUDIT_VIEW),
    "audit-entry": page(see=P.AUDIT_VIEW),
    "audit-export": page(see=P.AUDIT_VIEW),
    "patient-imports": page(see=P.PATIENTS_IMPORT, do=P.PATIENTS_IMPORT),
    **dict.fromkeys(
        ["patient-import", "patient-import-columns", "patient-import-values", "patient-import-undo"],
        page(IMPORT, P.PATIENTS_IMPORT, P.PATIENTS_IMPORT, kind=P.PATIENTS_IMPORT),
    ),
    "patient-import-findings": page(IMPORT, P.PATIENTS_IMPORT, kind=P.PATIENTS_IMPORT),
    "retention": page(see=P.PATIENT_ERASE, do=P.PATIENT_ERASE),
    "members": page(see=P.MEMBER_MANAGE),
    **dict.fromkeys(
        ["member-invite", "member-withdraw", "member-role", "member-end", "member-factor", "member-factor-agree"],
        page(do=P.MEMBER_MANAGE),
    ),
    "file": patients("clinic.StoredFile"),
    "api-docs": page(see=ANYBODY),
    # Patients and what they agree to
    "patients": page(see=P.PATIENT_VIEW),
    "register-patient": page(see=P.PATIENT_EDIT, do=P.PATIENT_EDIT),
    "patient": patients(PATIENT),
    "patient-print": patients(PATIENT),
    "patient-pdf": patients(PATIENT),
    "course-curve": patients(COURSE),
    "course-expected": patients(COURSE),
    "patient-seen": page(PATIENT, P.AUDIT_VIEW, kind=P.PATIENT_VIEW),
    "erase-patient": page(PATIENT, P.PATIENT_ERASE, P.PATIENT_ERASE, kind=P.PATIENT_VIEW),
    "merge-candidates": page(see=P.PATIENT_MERGE),
    "merge-patient": page(PATIENT, P.PATIENT_MERGE, P.PATIENT_MERGE, kind=P.PATIENT_VIEW),
    "merge-undo": page("patients.PatientMerge", P.PATIENT_MERGE, P.PATIENT_MERGE, kind=P.PATIENT_VIEW),
    "keep-apart": patients(PATIENT, do=P.PATIENT_MERGE, reads=False),
    "apart-undo": patients("patients.KeptApart", do=P.PATIENT_MERGE, reads=False),
    "edit-patient": patients(PATIENT, do=P.PATIENT_EDIT),
    "patient-channel": patients(PATIENT, do=P.PATIENT_EDIT, reads=False),
    "send-own-page": patients(PATIENT, do=P.PATIENT_EDIT, reads=False),
    "paused-link-lift": patients("patients.BirthCheck", do=P.PATIENT_EDIT, reads=False),
    "recipient-check": page(see=P.MESSAGE_EDIT, do=P.MESSAGE_EDIT),
    "time-out-setup": page(see=P.PROTOCOL_PUBLISH, do=P.PROTOCOL_PUBLISH),
    "tablet-setup": page(see=P.MESSAGE_EDIT, do=P.MESSAGE_EDIT),
    "patient-died": page(PATIENT, P.PATIENT_EDIT, P.PATIENT_EDIT, kind=P.PATIENT_VIEW),
    "patient-died-undo": patients(PATIENT, do=P.PATIENT_EDIT, reads=False),
    "record-consent": patients(PATIENT, do=P.PATIENT_EDIT, reads=False),
    "consents": patients(PATIENT),
    "consent-record": patients(PATIENT, do=P.PATIENT_EDIT),
    "consent-ask": patients(PATIENT, do=P.PATIENT_EDIT),
    "consent-withdraw": patients(PATIENT, do=P.PATIENT_EDIT),
    "consent": patients("patients.Consent"),
    "consent-scan": patients("patients.Consent", do=P.PATIENT_EDIT, reads=False),
    "consent-documents": page(see=P.PATIENT_VIEW, do=P.CONSENT_PUBLISH),
    "consent-document-new": page(see=P.CONSENT_PUBLISH, do=P.CONSENT_PUBLISH),
    "consent-document": patients("patients.ConsentDocument"),
    # Treatments
    "open-course": page(PATIENT, P.COURSE_OPEN, P.COURSE_OPEN, kind=P.PATIENT_VIEW),
    "log-session": patients(COURSE, do=P.SESSION_LOG),
    "retreatment-new": patients(COURSE, do=P.SESSION_LOG),
    "retreatment-void": patients("treatments.Retreatment", do=P.SESSION_LOG, reads=False),
    "session": patients(SESSION),
    "session-edit": patients(SESSION, do=P.SESSION_LOG),
    "session-void": patients(SESSION, do=P.SESSION_LOG),
    "reviews": page(see=P.PATIENT_VIEW),
    "review": patients("treatments.ReviewItem", do=P.REVIEW_SETTLE),
    "review-reopen": patients("treatments.ReviewItem", do=P.REVIEW_SETTLE, reads=False),
    "completeness": page(see=P.REPORT_VIEW),
    "medications": patients(PATIENT),
    "medication-new": patients(PATIENT, do=P.EVENT_RECORD),
    "course-profile": patients(COURSE, do=P.EVENT_RECORD),
    "events": page(see=P.EVENT_RECORD),
    "reports-due": page(see=P.EVENT_RECORD),
    "event-new": patients(PATIENT, do=P.EVENT_RECORD),
    "event": patients(EVENT),
    "event-edit": patients(EVENT, do=P.EVENT_RECORD),
    "event-print": patients(EVENT),
    "event-review": patients(EVENT, do=P.EVENT_REVIEW, reads=False),
    "event-void": patients(EVENT, do=P.EVENT_RECORD, reads=False),
    "report-sent": patients(EVENT, do=P.EVENT_REVIEW, reads=False),
    # Stock and recalls
    "products": page(see=P.STOCK_KEEP),
    "product-new": page(see=P.STOCK_KEEP, do=P.STOCK_KEEP),
    "product": page(PRODUCT, P.STOCK_KEEP, P.STOCK_KEEP, kind=P.REPORT_VIEW),
    "product-retire": page(PRODUCT, do=P.STOCK_KEEP, kind=P.REPORT_VIEW),
    "lots": page(see=P.STOCK_KEEP),
    "lot-receive": page(see=P.STOCK_KEEP, do=P.STOCK_KEEP),
    "lot": stock(),
    "lot-release": stock(do=P.LOT_RELEASE, reads=False),
    "lot-quarantine": stock(do=P.STOCK_KEEP, reads=False),
    "lot-discard": stock(do=P.STOCK_KEEP),
    "lot-correct": stock(do=P.STOCK_KEEP),
    "lot-reading": stock(do=P.STOCK_KEEP),
    "lot-certificate": stock(do=P.STOCK_KEEP),
    "lot-ledger": stock(),
    "lot-storage": stock(),
    "received-lots": patients(PATIENT),
    "recall-start": page(LOT, P.LOT_RECALL, P.LOT_RECALL, kind=P.STOCK_KEEP),
    "recalls": page(see=P.PATIENT_VIEW),
    "recall": patients("treatments.Recall"),
    "recall-add": patients("treatments.Recall", do=P.PATIENT_EDIT),
    "recall-case": patients("treatments.RecallCase", do=P.PATIENT_EDIT),
    # Messages and calls
    **dict.fromkeys(
        ["today", "sending", "sending-outgoing", "sending-not-sent", "sending-health"], page(see=P.PATIENT_VIEW)
    ),
    "sending-pauses": page(see=P.PATIENT_VIEW, do=P.SENDING_PAUSE),
    "pause-resume": patients("outcomes.SendingPause", do=P.PATIENT_EDIT, reads=False),
    "patient-pause": patients(PATIENT, do=P.PATIENT_EDIT, reads=False),
    "call": patients("outcomes.Call", do=P.PATIENT_EDIT),
    "call-take-back": page("outcomes.Call", None, P.PATIENT_EDIT, kind=P.PATIENT_VIEW),
    "check-in": patients(SURVEY),
    "enter-answers": page(SURVEY, P.PATIENT_EDIT, P.PATIENT_EDIT, kind=P.PATIENT_VIEW),
    "hand-over": page(SURVEY, P.PATIENT_EDIT, P.PATIENT_EDIT, kind=P.PATIENT_VIEW),
    "paper-form": patients(SURVEY, do=P.PATIENT_EDIT, reads=False),
    "alerts": page(see=P.PATIENT_VIEW),
    "alerts-now": page(see=P.PATIENT_VIEW),
    "alert": patients("outcomes.Alert", do=P.PATIENT_EDIT),
    "alerting": page(see=P.MESSAGE_EDIT, do=P.MESSAGE_EDIT),
    "send-now": patients(SURVEY, do=P.PATIENT_EDIT, reads=False),
    "call-off": page(SURVEY, P.PATIENT_EDIT, P.PATIENT_EDIT, kind=P.PATIENT_VIEW),
    "delivery-settle": patients("outcomes.Delivery", do=P.PATIENT_EDIT, reads=False),
    # Protocols and reports
    "reports": page(see=P.REPORT_VIEW),
    "report-check-ins": page(see=P.REPORT_VIEW),
    "report-outcomes": page(see=P.REPORT_VIEW),
    **{kind.page_name: page(see=P.REPORT_VIEW) for kind in KINDS},
    "monthly-report": page(do=P.MEMBER_MANAGE),
    "jobs": page(see=P.REPORT_VIEW, do=P.REPORT_VIEW),
    "export": page(see=P.ANSWERS_EXPORT, do=P.ANSWERS_EXPORT),
    **dict.fromkeys(["export-file", "export-manifest"], page("clinic.Job", see=P.ANSWERS_EXPORT, kind=P.REPORT_VIEW)),
    "job": page("clinic.Job", see=P.REPORT_VIEW, kind=P.REPORT_VIEW),
    "saved-views": page(see=P.REPORT_VIEW, do=P.REPORT_VIEW),
    "saved-view-delete": page("outcomes.SavedView", do=P.MEMBER_MANAGE, kind=P.REPORT_VIEW),
    "report-snapshots": page(see=P.REPORT_VIEW, do=P.REPORT_VIEW),
    **dict.fromkeys(["report-snapshot", "report-snapshot-pdf"], page(SNAPSHOT, see=P.REPORT_VIEW, kind=P.REPORT_VIEW)),
    "protocols": page(see=P.REPORT_VIEW, do=P.PROTOCOL_PUBLISH),
    "protocol-new": page(see=P.PROTOCOL_PUBLISH, do=P.PROTOCOL_PUBLISH),
    "protocol": page(PROTOCOL, P.REPORT_VIEW, kind=P.REPORT_VIEW),
    "protocol-retire": page(PROTOCOL, do=P.PROTOCOL_PUBLISH, kind=P.REPORT_VIEW),
    "protocol-offer": page(PROTOCOL, do=P.PROTOCOL_PUBLISH, kind=P.REPORT_VIEW),
    "protocol-schedule": page(PROTOCOL, P.REPORT_VIEW, kind=P.REPORT_VIEW),
    "instruments": page(see=P.REPORT_VIEW),
    "instrument-bring": page(see=P.INSTRUMENT_BRING, do=P.INSTRUMENT_BRING),
    "instrument-attest": page(do=P.INSTRUMENT_BRING),
    "instrument-retire": page("outcomes.LoadedInstrument", do=P.INSTRUMENT_BRING, kind=P.REPORT_VIEW),
    "instrument": page(see=P.REPORT_VIEW),
    "instrument-words": page(see=P.INSTRUMENT_BRING, do=P.INSTRUMENT_BRING),
    "instrument-fhir": page(see=P.REPORT_VIEW),
    "message-texts": page(see=P.MESSAGE_EDIT),
    "message-text": page(see=P.MESSAGE_EDIT, do=P.MESSAGE_EDIT),
}

PROGRAMS: dict[str, Route] = {
    "api-clinic-list": program(kind=None),
    "api-clinic-detail": program("clinic.Clinic", None),
    "api-protocol-list": program(kind=P.REPORT_VIEW, do=P.PROTOCOL_PUBLISH),
    "api-protocol-detail": program(PROTOCOL, P.REPORT_VIEW),
    "api-schedule-list": program(PROTOCOL, P.REPORT_VIEW, query="?treated_on=2026-03-02"),
    "api-patient-list": program(do=P.PATIENT_EDIT),
    "api-patient-detail": program(PATIENT),
    "api-patient-withdraw": step(PATIENT, P.PATIENT_EDIT),
    "api-erasure-list": step(PATIENT, P.PATIENT_ERASE),
    "api-consent-list": program(do=P.PATIENT_EDIT),
    "api-consent-detail": program("patients.Consent"),
    "api-consent-document-list": program(do=P.CONSENT_PUBLISH),
    "api-consent-document-detail": program("patients.ConsentDocument"),
    "api-file-list": program(do=P.PATIENT_EDIT, see=None),
    "api-file-detail": program("clinic.StoredFile"),
    "api-file-content": program("clinic.StoredFile"),
    "api-course-list": program(do=P.COURSE_OPEN),
    "api-course-detail": program(COURSE),
    "api-session-list": program(do=P.SESSION_LOG),
    "api-session-detail": program(SESSION, do=P.SESSION_LOG, changes=("PATCH",)),
    "api-session-void": step(SESSION, P.SESSION_LOG),
    "api-session-revision-list": program(SESSION),
    "api-review-list": program(),
    "api-review-detail": program("treatments.ReviewItem"),
    "api-review-settle": step("treatments.ReviewItem", P.REVIEW_SETTLE),
    "api-retreatment-list": program(do=P.SESSION_LOG),
    "api-retreatment-detail": program("treatments.Retreatment"),
    "api-retreatment-void": step("treatments.Retreatment", P.SESSION_LOG),
    "api-follow-up-list": program(),
    "api-follow-up-detail": program("treatments.FollowUp"),
    "api-survey-list": program(),
    "api-survey-detail": program("outcomes.Survey"),
    "api-survey-answers": step("outcomes.Survey", P.PATIENT_EDIT),
    "api-survey-send": step("outcomes.Survey", P.PATIENT_EDIT),
    "api-alert-list": program(),
    "api-alert-detail": program("outcomes.Alert"),
    "api-alert-acknowledge": step("outcomes.Alert", P.PATIENT_EDIT),
    "api-call-list": program(),
    "api-call-detail": program("outcomes.Call"),
    "api-call-record": step("outcomes.Call", P.PATIENT_EDIT),
    "api-pause-list": program(do=P.PATIENT_EDIT),
    "api-pause-detail": program("outcomes.SendingPause"),
    "api-pause-resume": step("outcomes.SendingPause", P.PATIENT_EDIT),
    "api-score-list": program(kind=P.SCORE_VIEW),
    "api-product-list": program(kind=P.REPORT_VIEW, do=P.STOCK_KEEP),
    "api-product-detail": program(PRODUCT, P.REPORT_VIEW, P.STOCK_KEEP, changes=("PATCH",)),
    "api-product-bring-back": step(PRODUCT, P.STOCK_KEEP, P.REPORT_VIEW),
    "api-product-retire": step(PRODUCT, P.STOCK_KEEP, P.REPORT_VIEW),
    "api-product-standings": step(PRODUCT, P.STOCK_KEEP, P.REPORT_VIEW),
    "api-lot-list": program(kind=P.STOCK_KEEP, do=P.STOCK_KEEP),
    "api-lot-scan": program(kind=P.STOCK_KEEP, do=P.STOCK_KEEP, see=None),
    "api-lot-detail": program(LOT, P.STOCK_KEEP),
    "api-lot-correct": step(LOT, P.STOCK_KEEP, P.STOCK_KEEP),
    "api-lot-discard": step(LOT, P.STOCK_KEEP, P.STOCK_KEEP),
    "api-lot-quarantine": step(LOT, P.STOCK_KEEP, P.STOCK_KEEP),
    "api-lot-readings": step(LOT, P.STOCK_KEEP, P.STOCK_KEEP),
    "api-lot-recall": step(LOT, P.LOT_RECALL, P.STOCK_KEEP),
    "api-lot-release": step(LOT, P.LOT_RELEASE, P.STOCK_KEEP),
    "api-exposed-list": program(LOT),
    "api-lot-movement-list": program(kind=P.STOCK_KEEP),
    "api-storage-reading-list": program(kind=P.STOCK_KEEP),
    "api-lot-use-list": program(),
    "api-recall-list": program(),
    "api-recall-detail": program("treatments.Recall"),
    "api-recall-patients": step("treatments.Recall", P.PATIENT_EDIT),
    "api-recall-case-list": program(),
    "api-recall-case-detail": program("treatments.RecallCase"),
    "api-recall-case-move": step("treatments.RecallCase", P.PATIENT_EDIT),
    "api-event-list": program(do=P.EVENT_RECORD),
    "api-event-detail": program(EVENT, do=P.EVENT_RECORD, changes=("PATCH",)),
    "api-event-review": step(EVENT, P.EVENT_REVIEW),
    "api-event-void": step(EVENT, P.EVENT_RECORD),
    "api-regulatory-report-list": program(),
    "api-regulatory-report-detail": program("treatments.RegulatoryReport"),
    "api-regulatory-report-sent": step("treatments.RegulatoryReport", P.EVENT_REVIEW),
    "api-medication-list": program(do=P.EVENT_RECORD),
    "api-medication-detail": program("treatments.MedicationReview"),
    "api-profile-list": program(do=P.EVENT_RECORD),
    "api-profile-detail": program("treatments.ClinicalProfile"),
    **dict.fromkeys(
        ["api-instrument-list", "api-instrument-detail", "api-instrument-fhir"], program(kind=P.REPORT_VIEW)
    ),
    "api-report-completeness": program(kind=P.REPORT_VIEW),
    "api-report-outcomes": program(kind=P.REPORT_VIEW),
    **{f"api-report-{kind.name}": program(kind=P.REPORT_VIEW) for kind in KINDS},
    "api-job-list": program(kind=P.REPORT_VIEW, do=P.REPORT_VIEW),
    "api-job-file": program("clinic.Job", kind=P.REPORT_VIEW, see=P.ANSWERS_EXPORT),
    "api-job-detail": program("clinic.Job", kind=P.REPORT_VIEW),
    "api-report-snapshot-list": program(kind=P.REPORT_VIEW),
    "api-report-snapshot-detail": program(SNAPSHOT, kind=P.REPORT_VIEW),
    "api-schema": program(kind=None),
}
# Answers 404 to everything, by name of the route.
NOWHERE = {"/api/v1/"}


def routes(patterns: list | None = None, prefix: str = "/") -> Iterator[tuple[str, str]]:
    """Name and pattern of everything in the URLconf."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or route, route


def address(pattern: str, world: World, public_id: object = "") -> str:
    """The address of a route in this clinic, about the row with this id."""
    report = RegulatoryReport.objects.filter(clinic=world.clinic).first()
    filled = pattern.replace("/s/<str:token>/", world.survey_link).replace("/consent/<str:token>/", world.consent_link)
    filled = filled.replace("/my/<str:token>/", world.own_link)
    filled = filled.replace("/t/<str:token>/", world.trial_link)
    filled = filled.replace("<int:width>-<str:variant>", "360-light")
    filled = filled.replace("<str:kind>/<str:channel>/<str:language>", "invitation/email/en")
    filled = filled.replace("/stop/<str:token>/", world.survey_link.replace("/s/", "/stop/"))
    filled = filled.replace("<str:kind>", "contact").replace("<slug:kind>", report.kind if report else "ind_15_day")
    filled = filled.replace("instruments/<str:code>/words/", "instruments/koos_jr/words/")
    filled = filled.replace("instruments/<str:code>/", "instruments/garden/")
    filled = re.sub(r"<uuid:\w+>", str(public_id), filled.replace("<int:number>", "1"))
    return re.sub(r"<str:\w+>", "AAAAAAAAAAAAAAAAAAAAAA", filled)


def id_of(route: Route, world: World, user: User) -> str:
    """The newest row of the clinic that this route is about; of tokens the person's own."""
    if route.model is ApiToken:
        mine = ApiToken.objects.filter(user=user).first() or ApiToken.objects.filter(user=world.staff).get()
        return str(mine.public_id)
    row = whose(route.model, world.clinic).order_by("-pk").first()
    return str(getattr(row, "public_id", None) or row.course.public_id)


def ids_of(route: Route, world: World) -> list[str]:
    """Every row of the clinic that this route can be about, the newest first."""
    rows = whose(route.model, world.clinic).order_by("-pk")
    return list(dict.fromkeys(str(getattr(row, "public_id", None) or row.course.public_id) for row in rows))
