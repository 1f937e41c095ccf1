"""What a session does against the plan or a rule that may be passed with a written reason. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from clinic.rules import RuleBroken
from treatments.models import ReviewItem


@dataclass(frozen=True)
class Finding:
    """One rule that a session does not keep. ``kind``: a value of ReviewItem.Kind; ``field``: dotted, like lots.0.lot."""

    kind: str
    message: str
    field: str

    @property
    def needs_override(self) -> bool:
        """Whether only somebody with Permission.RULE_OVERRIDE may give the reason. Another side is no such rule."""
        return self.kind != ReviewItem.Kind.SIDE_NOT_PLANNED


class ReasonsNeeded(RuleBroken):
    """Nothing was saved: every one of ``findings`` needs a written reason first, in ``overrides`` under its kind."""

    code = "reasons_needed"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(finding.message for finding in findings), findings[0].field)
        self.findings = tuple(findings)

    def details(self) -> dict[str, Any]:
        """Every finding, for programs that ask for the reasons."""
        return {"findings": [asdict(finding) for finding in self.findings]}


def without_reason(findings: Sequence[Finding], overrides: Mapping[str, str]) -> list[Finding]:
    """The findings whose kind has no written reason in ``overrides``."""
    return [finding for finding in findings if not overrides.get(finding.kind, "").strip()]
