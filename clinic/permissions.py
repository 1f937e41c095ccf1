"""Roles and what they may do, on one screen. Rows in the database only say who has which role where."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is at one clinic."""

    FRONT_DESK = "front_desk"
    CLINICIAN = "clinician"
    MANAGER = "manager"
    RESEARCHER = "researcher"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Permission(StrEnum):
    """What a role can be allowed to do at its clinic."""

    PATIENT_VIEW = "see patients and their treatments"
    PATIENT_EDIT = "register patients, record contact details and consent"
    PATIENT_ERASE = "erase who a patient is"
    PATIENT_MERGE = "merge two records of one patient"
    PATIENTS_IMPORT = "bring patients from a file, and undo that"
    COURSE_OPEN = "open courses of treatment"
    SESSION_LOG = "log treatment sessions"
    RULE_OVERRIDE = "go on against a rule, with a written reason"
    REVIEW_SETTLE = "settle review items"
    PROTOCOL_PUBLISH = "publish protocols"
    INSTRUMENT_BRING = "bring instruments and attest their licences"
    SENDING_PAUSE = "pause all sending, or that of a protocol"
    MESSAGE_EDIT = "write the messages that patients get"
    CONSENT_PUBLISH = "publish consent documents"
    STOCK_KEEP = "keep products and lots"
    LOT_RELEASE = "release lots from quarantine"
    LOT_RECALL = "recall lots"
    EVENT_RECORD = "record adverse events and medicines"
    EVENT_REVIEW = "review adverse events"
    SCORE_VIEW = "see single scores, without names"
    REPORT_VIEW = "see reports"
    ANSWERS_EXPORT = "take answers and scores out as a file, without names"
    CLINICIAN_NAMES = "see in reports which clinician a result is of"
    CLINIC_EDIT = "change what the clinic is called and when it sends"
    MEMBER_MANAGE = "say who works here and as what"
    API_USE = "make API tokens for oneself"
    AUDIT_VIEW = "see who saw and changed what"
    HISTORY_IMPORT = "import a clinic's history"


_EVERYONE = {Permission.API_USE, Permission.REPORT_VIEW}
_STAFF = _EVERYONE | {
    *(Permission.PATIENT_VIEW, Permission.PATIENT_EDIT, Permission.SESSION_LOG, Permission.SCORE_VIEW),
    *(Permission.STOCK_KEEP, Permission.EVENT_RECORD),
}
_CLINICAL = {
    *(Permission.COURSE_OPEN, Permission.RULE_OVERRIDE, Permission.REVIEW_SETTLE, Permission.PROTOCOL_PUBLISH),
    *(Permission.LOT_RELEASE, Permission.LOT_RECALL, Permission.EVENT_REVIEW, Permission.SENDING_PAUSE),
    *(Permission.MESSAGE_EDIT, Permission.ANSWERS_EXPORT),
}

GRANTS: dict[Role, set[Permission]] = {
    Role.FRONT_DESK: _STAFF,
    Role.CLINICIAN: _STAFF | _CLINICAL,
    Role.MANAGER: set(Permission),
    Role.RESEARCHER: _EVERYONE | {Permission.SCORE_VIEW, Permission.ANSWERS_EXPORT},
}


@dataclass(frozen=True)
class Limits:
    """What a token leaves of its owner's rights: one clinic, one role at most, reading only or writing too."""

    clinic_id: int
    role: Role
    may_write: bool


def roles_within(role: Role) -> list[Role]:
    """``role`` first, then the roles that allow nothing that it does not."""
    return [role, *(other for other in Role if other is not role and GRANTS[other] <= GRANTS[role])]


def roles_with(permission: Permission) -> list[Role]:
    """The roles that grant ``permission``."""
    return [role for role, granted in GRANTS.items() if permission in granted]
