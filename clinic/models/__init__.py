"""The floor: clinics, the people who work there, and the one gate through which rows are read."""

from clinic.models.audit import AccessEvent, AuditMark, AuditSeal, AuditShape, ChainHead
from clinic.models.clinics import (
    Clinic,
    ClinicQuerySet,
    Membership,
    User,
    UserManager,
    clinics_granting,
    memberships_granting,
)
from clinic.models.drafts import FormDraft
from clinic.models.files import StoredFile
from clinic.models.heartbeats import Heartbeat
from clinic.models.invitations import Invitation, SecondFactorReset
from clinic.models.jobs import Job, JobFilePart
from clinic.models.keyed_requests import KeyedRequest
from clinic.models.letters import StaffLetter
from clinic.models.rows import ClinicRow, ClinicRowQuerySet
from clinic.models.sign_in import BrowserSession, CodeTries
from clinic.models.tokens import ApiToken

__all__ = [
    "AccessEvent",
    "ApiToken",
    "AuditMark",
    "AuditSeal",
    "AuditShape",
    "BrowserSession",
    "ChainHead",
    "Clinic",
    "ClinicQuerySet",
    "ClinicRow",
    "ClinicRowQuerySet",
    "CodeTries",
    "FormDraft",
    "Heartbeat",
    "Invitation",
    "Job",
    "JobFilePart",
    "KeyedRequest",
    "Membership",
    "SecondFactorReset",
    "StaffLetter",
    "StoredFile",
    "User",
    "UserManager",
    "clinics_granting",
    "memberships_granting",
]
