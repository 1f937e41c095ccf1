"""Roles and what they may do, on one screen. Rows in the database only say who has which role where."""

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
    COURSE_OPEN = "open courses of treatment"
    SESSION_LOG = "log treatment sessions"
    SCORE_VIEW = "see single scores, without names"
    REPORT_VIEW = "see reports"
    API_USE = "make API tokens for oneself"
    HISTORY_IMPORT = "import a clinic's history"


_EVERYONE = {Permission.API_USE, Permission.REPORT_VIEW}
_STAFF = _EVERYONE | {Permission.PATIENT_VIEW, Permission.PATIENT_EDIT, Permission.SESSION_LOG, Permission.SCORE_VIEW}

GRANTS: dict[Role, set[Permission]] = {
    Role.FRONT_DESK: _STAFF,
    Role.CLINICIAN: _STAFF | {Permission.COURSE_OPEN},
    Role.MANAGER: set(Permission),
    Role.RESEARCHER: _EVERYONE | {Permission.SCORE_VIEW},
}


def roles_with(permission: Permission) -> list[Role]:
    """The roles that grant ``permission``."""
    return [role for role, granted in GRANTS.items() if permission in granted]
