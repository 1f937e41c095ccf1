"""A PRP session as tests log it: Ruth's right knee, at NOON, written down an hour later."""

import datetime as dt
from decimal import Decimal

from clinic.models import User
from tests.conftest import NOON
from treatments import actions
from treatments.models import Course, TreatmentSession

LOGGED = NOON + dt.timedelta(hours=1)
KNEE = {"target": "knee_joint", "side": "right", "guidance": "ultrasound", "volume_ml": Decimal("5")}
PRP = {
    "blood_volume_ml": Decimal(60),
    "anticoagulant": "acd_a",
    "prp_volume_ml": Decimal(6),
    "prp_injected_ml": Decimal(5),
    "activation": "none",
}


def written(by: User, **changes: object) -> dict:
    """All parts of a PRP session at NOON, unless told otherwise."""
    return {
        "performed_at": NOON,
        "performed_by": by,
        "injections": [KNEE],
        "preparation": PRP,
        "baseline_missing_reason": "treated on the day of the first visit",
        **changes,
    }


def log(course: Course, by: User, *, at: dt.datetime = LOGGED, **changes: object) -> TreatmentSession:
    """Log it, with ``changes`` to its parts or an ``idempotency_key``."""
    return actions.log_session(course=course, at=at, by=by, **written(by, **changes))


def amend(session: TreatmentSession, by: User, *, at: dt.datetime = LOGGED, reason: str = "", **changes: object):
    """Replace the whole session by the usual one with ``changes``, starting from ``session`` as it was read."""
    return actions.amend_session(
        session=session, version=session.version, reason=reason, at=at, by=by, **written(by, **changes)
    )


def void(session: TreatmentSession, by: User, *, at: dt.datetime = LOGGED, reason: str = "Wrong patient"):
    """Enter ``session`` in error, starting from it as it was read."""
    return actions.void_session(session=session, version=session.version, reason=reason, at=at, by=by)
