"""A broken business rule, said once: pages show it beside the field, the API returns it."""

from typing import Any, ClassVar


class RuleBroken(Exception):
    """What was asked for is against a rule. ``field`` names the input it is about, None where it is about the whole.

    A dotted field names a place inside: "injections.1.side", "preparation.prp_injected_ml".
    """

    code: ClassVar[str] = "rule_broken"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def details(self) -> dict[str, Any]:
        """What programs need beside the sentence, as JSON values."""
        return {}
