"""What a patient has agreed to: read from the signatures, never from a stored status."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from clinic.models import Clinic
from patients.models import Consent, ConsentDocument, ConsentKind, ConsentRequest, Patient


@dataclass(frozen=True)
class Wording:
    """The words of one version in one language."""

    title: str
    text: str

    @property
    def sha256(self) -> str:
        """64 hexadecimal digits of the SHA-256 of title, line feed and text in UTF-8."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


def wording(document: ConsentDocument, language: str) -> Wording:
    """What the document says in ``language``, "en" or "es"."""
    if language == Patient.Language.SPANISH:
        return Wording(document.title_es, document.text_es)
    return Wording(document.title_en, document.text_en)


def current_documents(clinic: Clinic) -> dict[str, ConsentDocument]:
    """Kind → newest version, in the order in which the kinds are listed. One query."""
    ranked = ConsentDocument.objects.filter(clinic=clinic).annotate(
        rank=Window(RowNumber(), partition_by=F("kind"), order_by=F("version").desc())
    )
    newest = {document.kind: document for document in ranked.filter(rank=1)}
    return {kind: newest[kind] for kind in ConsentKind.values if kind in newest}


def overtaken() -> Exists:
    """For signatures: whether a later version of the document has to be signed again."""
    later = ConsentDocument.objects.filter(
        clinic=OuterRef("document__clinic"),
        kind=OuterRef("document__kind"),
        version__gt=OuterRef("document__version"),
        must_sign_again=True,
    )
    return Exists(later)


def good_consents(patient: Patient) -> QuerySet[Consent]:
    """Signatures that hold: not withdrawn, and no later version that has to be signed again."""
    return patient.consents.filter(~overtaken(), withdrawn_at=None)


def unsigned(patient: Patient, kinds: Iterable[str]) -> list[str]:
    """Those of ``kinds`` without a signature that holds, each once, in the order given. One query."""
    held = set(good_consents(patient).values_list("document__kind", flat=True))
    return [kind for kind in dict.fromkeys(kinds) if kind not in held]


def bound_patients(clinic: Clinic, kind: str) -> QuerySet[Patient]:
    """Whose agreement of this kind stands: they are the ones who have to sign again when a new version says so."""
    patients = Patient.objects.filter(clinic=clinic)
    if kind == ConsentKind.CONTACT:
        return patients.filter(consented_at__isnull=False, withdrawn_at=None)
    signed = Consent.objects.filter(patient=OuterRef("pk"), document__kind=kind, withdrawn_at=None)
    return patients.filter(Exists(signed))


def to_sign(request: ConsentRequest) -> list[ConsentDocument]:
    """The current documents of the kinds asked for that the patient has not signed, in the order asked. Two queries."""
    current = current_documents(request.clinic)
    signed = set(
        Consent.objects.filter(
            patient=request.patient_id, document__in=[doc.pk for doc in current.values()], withdrawn_at=None
        ).values_list("document", flat=True)
    )
    asked = (current[kind] for kind in request.kinds if kind in current)
    return [document for document in asked if document.pk not in signed]


@dataclass(frozen=True)
class KindState:
    """Where one patient stands with one kind. ``state``: signed, sign_again, withdrawn or missing.

    ``consent`` is the signature it rests on, None where contact was agreed to before signatures were kept; ``document`` the current version, if there is one.
    """

    kind: str
    state: str
    document: ConsentDocument | None
    consent: Consent | None
    since: dt.datetime | None

    @property
    def label(self) -> str:
        return ConsentKind(self.kind).label

    @property
    def may_withdraw(self) -> bool:
        """Whether there is something to withdraw: who never signed for the registry may still leave it."""
        is_asked_anyway = self.kind == ConsentKind.OUTCOME_REGISTRY and self.state == "missing"
        return self.state in {"signed", "sign_again"} or is_asked_anyway


def signatures(patient: Patient) -> QuerySet[Consent]:
    """Every signature of the patient, newest first, each with ``is_overtaken``."""
    return patient.consents.select_related("document", "recorded_by", "withdrawn_by").annotate(is_overtaken=overtaken())


def latest_signatures(patient: Patient) -> list[Consent]:
    """The newest signature of each kind that was ever signed, in the order in which the kinds are listed. One query."""
    newest: dict[str, Consent] = {}
    for consent in signatures(patient):
        newest.setdefault(consent.document.kind, consent)
    return [newest[kind] for kind in ConsentKind.values if kind in newest]


def kind_states(patient: Patient, given: Iterable[Consent]) -> list[KindState]:
    """The state of every kind, from the signatures of ``signatures(patient)``. One query."""
    current = current_documents(patient.clinic)
    given = list(given)
    return [_kind_state(patient, kind, current.get(kind), given) for kind in ConsentKind.values]


def states_by_kind(patient: Patient, given: Iterable[Consent]) -> dict[str, str]:
    """Kind → state, from the patient's signatures with their document and ``is_overtaken``. No query."""
    given = list(given)
    return {kind: _kind_state(patient, kind, None, given).state for kind in ConsentKind.values}


def _kind_state(patient: Patient, kind: str, document: ConsentDocument | None, given: list[Consent]) -> KindState:
    mine = [consent for consent in given if consent.document.kind == kind]
    standing = [consent for consent in mine if consent.withdrawn_at is None]
    held = next((consent for consent in standing if not consent.is_overtaken), None)
    if held:
        return KindState(kind, "signed", document, held, held.signed_at)
    if standing:
        return KindState(kind, "sign_again", document, standing[0], standing[0].signed_at)
    if kind == ConsentKind.CONTACT and patient.consented_at and not patient.withdrawn_at:
        state = "sign_again" if patient.contact_lapsed_at else "signed"
        return KindState(kind, state, document, None, patient.consented_at)
    left_at = _left_at(patient, kind, mine)
    if left_at:
        return KindState(kind, "withdrawn", document, mine[0] if mine else None, left_at)
    return KindState(kind, "missing", document, None, None)


def _left_at(patient: Patient, kind: str, mine: list[Consent]) -> dt.datetime | None:
    """When a kind was withdrawn; contact and registry can be withdrawn by patients who have signed nothing here."""
    unsigned_since = {ConsentKind.CONTACT: patient.withdrawn_at, ConsentKind.OUTCOME_REGISTRY: patient.registry_left_at}
    return max((consent.withdrawn_at for consent in mine if consent.withdrawn_at), default=None) or unsigned_since.get(
        ConsentKind(kind)
    )
