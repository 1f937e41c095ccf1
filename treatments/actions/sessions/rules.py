"""What a session can break, by the codes that programs rely on."""

from clinic.rules import RuleBroken
from treatments.models import TreatmentSession


class SessionInFuture(RuleBroken):
    code = "session_in_future"


class SessionBeforeCourse(RuleBroken):
    code = "session_before_course"


class TimeOutMissing(RuleBroken):
    code = "time_out_missing"


class BaselineMissing(RuleBroken):
    code = "baseline_missing"


class InjectionsMissing(RuleBroken):
    code = "injections_missing"


class InjectionTwice(RuleBroken):
    code = "injection_twice"


class LevelDoesNotFit(RuleBroken):
    code = "level_does_not_fit"


class TechniqueRefused(RuleBroken):
    code = "technique_refused"


class PerformerUnknown(RuleBroken):
    code = "performer_unknown"


class ValueRefused(RuleBroken):
    code = "value_refused"


class FileUnknown(RuleBroken):
    code = "file_unknown"


class PreparationRefused(RuleBroken):
    code = "preparation_refused"


class DonorRefused(RuleBroken):
    code = "donor_refused"


class IndMissing(RuleBroken):
    code = "ind_missing"


class HoldRefused(RuleBroken):
    code = "hold_refused"


class AftercareRefused(RuleBroken):
    code = "aftercare_refused"


class LotMissing(RuleBroken):
    code = "lot_missing"


class OverrideUnknown(RuleBroken):
    code = "override_unknown"


class KeyReused(RuleBroken):
    code = "idempotency_key_reused"


class ReasonMissing(RuleBroken):
    code = "reason_missing"


class SessionInError(RuleBroken):
    code = "session_in_error"


class SessionChanged(RuleBroken):
    """Somebody saved another version first. ``session``: the row as it stands now."""

    code = "session_changed"

    def __init__(self, session: TreatmentSession) -> None:
        super().__init__(
            f"Somebody else changed this session meanwhile: it is now at version {session.version}. Look at what "
            "changed, then save again.",
            "version",
        )
        self.session = session
