"""What a patient has agreed to: read from the signatures, never from a stored status."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from patients.models import Consent, ConsentDocument, Patient


def good_consents(patient: Patient) -> QuerySet[Consent]:
    """Signatures that hold: not withdrawn, and no later version that has to be signed again."""
    overtaken = ConsentDocument.objects.filter(
        clinic=OuterRef("document__clinic"),
        kind=OuterRef("document__kind"),
        version__gt=OuterRef("document__version"),
        must_sign_again=True,
    )
    return patient.consents.filter(~Exists(overtaken), withdrawn_at=None)


def unsigned(patient: Patient, kinds: Iterable[str]) -> list[str]:
    """Those of ``kinds`` without a signature that holds, each once, in the order given. One query."""
    held = set(good_consents(patient).values_list("document__kind", flat=True))
    return [kind for kind in dict.fromkeys(kinds) if kind not in held]
