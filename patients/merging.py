"""What stands against merging two records, in what they differ, and what is agreed to afterwards: read before it is done.

Everything of the one that goes belongs to the one that is kept from then on, but for what was signed: signatures stay
under the record on which they were given, so that a merge never agrees to anything. What was withdrawn or stopped on
either is withdrawn or stopped afterwards.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from patients.consents import signatures, states_by_kind
from patients.models import ConsentKind, Patient

# What is chosen where the two differ; the chart number of the kept record stays.
FIELDS = (
    *("family_name", "given_name", "born_on", "sex", "email", "phone"),
    *("language", "preferred_channel", "time_zone"),
)
LONGEST = 300
WORDS = {"signed": "agreed", "sign_again": "to be signed again", "withdrawn": "withdrawn", "missing": "not asked"}


@dataclass(frozen=True)
class Difference:
    """One field in which the two differ, with both values in words."""

    name: str
    label: str
    kept: str
    gone: str


@dataclass(frozen=True)
class Agreement:
    """One kind of consent: where it stands on either record, and on the kept one after the merge. In words."""

    label: str
    kept: str
    gone: str
    after: str


def differences(kept: Patient, gone: Patient) -> list[Difference]:
    """The fields that somebody has to choose, in the order of the form."""
    return [
        Difference(name, _label(name), _words(kept, name), _words(gone, name))
        for name in FIELDS
        if getattr(kept, name) != getattr(gone, name)
    ]


def obstacles(kept: Patient, gone: Patient) -> list[str]:
    """Why these two cannot be merged as they are, each in a sentence; the first of them that says all."""
    for stands, sentence in _WHOLE:
        if stands(kept, gone):
            return [sentence]
    return [sentence for stands, sentence in _PARTS if stands(kept, gone)]


_WHOLE = (
    (lambda kept, gone: kept.pk == gone.pk, "This is one record. Choose another one."),
    (lambda kept, gone: kept.clinic_id != gone.clinic_id, "The two records are of different clinics."),
    (lambda kept, gone: kept.merged_into_id or gone.merged_into_id, "One of the two is merged into another already."),
    (lambda kept, gone: kept.erased_at or gone.erased_at, "Who one of the two was is erased, so nobody can tell."),
    (
        lambda kept, gone: kept.is_imported or gone.is_imported,
        "One of the two came with an imported history, without a name.",
    ),
)
_PARTS = (
    (
        lambda kept, gone: kept.died_on != gone.died_on,
        "Only one of the two says that the patient has died, or they give different days. Make both the same first.",
    ),
    (
        lambda kept, gone: bool(kept.erases_answers_at or gone.erases_answers_at),
        "One of the two left the outcome registry and its answers are erased, so what is whose must stay apart.",
    ),
    (
        lambda kept, gone: bool(
            gone.registry_left_at and not kept.registry_left_at and not kept.clinic.keeps_withdrawn_answers
        ),
        "One of the two left the outcome registry. Record it for the other, too: then its answers are erased.",
    ),
    (
        lambda kept, gone: len(allergies_after(kept, gone)["allergies"]) > LONGEST,
        f"The allergies of both together are longer than {LONGEST} characters. Shorten them on one of the two first.",
    ),
)


def agreements(kept: Patient, gone: Patient) -> list[Agreement]:
    """Every kind of consent. Two queries."""
    ours, theirs = states_of(kept), states_of(gone)
    return [
        Agreement(kind.label, WORDS[ours[kind]], WORDS[theirs[kind]], WORDS[state_after(ours[kind], theirs[kind])])
        for kind in ConsentKind
    ]


def state_after(kept: str, gone: str) -> str:
    """Where one kind stands on the kept record afterwards: nothing is added, and what was withdrawn is withdrawn."""
    return "withdrawn" if gone == "withdrawn" and kept in ("signed", "sign_again") else kept


def states_of(patient: Patient) -> dict[str, str]:
    """Kind → state. One query."""
    return states_by_kind(patient, list(signatures(patient)))


def fingerprint(kept: Patient, gone: Patient) -> str:
    """Changes when either record changes: what was shown is what is merged."""
    states = [[getattr(one, field.attname) for field in Patient._meta.concrete_fields] for one in (kept, gone)]
    return hashlib.sha256(repr(states).encode()).hexdigest()[:32]


def fields_after(kept: Patient, gone: Patient, *, take: frozenset[str]) -> dict[str, Any]:
    """The details of the kept record after the merge: those of ``take`` are the other's; and what stands against them."""
    details = {name: getattr(gone if name in take else kept, name) for name in FIELDS}
    both: Mapping[str, Any] = {"kept": kept, "gone": gone}
    of_email = [one for one in both.values() if one.email.casefold() == details["email"].casefold()]
    of_phone = [one for one in both.values() if _digits(one.phone) == _digits(details["phone"])]
    return {
        **details,
        **allergies_after(kept, gone),
        "email_bounced_at": _earliest(one.email_bounced_at for one in of_email),
        "sms_failed_at": _earliest(one.sms_failed_at for one in of_phone),
        "email_stopped_at": _earliest(one.email_stopped_at for one in both.values()),
        "sms_stopped_at": _earliest(one.sms_stopped_at for one in both.values()),
    }


def allergies_after(kept: Patient, gone: Patient) -> dict[str, str]:
    """What is known on either record is known afterwards; that none is known stands only where neither names one."""
    named = list(dict.fromkeys(one.allergies for one in (kept, gone) if one.allergies))
    if named:
        return {"allergy_status": Patient.AllergyStatus.KNOWN.value, "allergies": "; ".join(named)}
    return {"allergy_status": kept.allergy_status or gone.allergy_status, "allergies": ""}


def _earliest(instants: Any) -> dt.datetime | None:
    return min((at for at in instants if at), default=None)


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())


def _label(name: str) -> str:
    labels = {"born_on": "Date of birth", "email": "E-mail", "preferred_channel": "Reached first by"}
    return labels.get(name) or name.replace("_", " ").capitalize()


def _words(patient: Patient, name: str) -> str:
    value = getattr(patient, name)
    if isinstance(value, dt.date):
        return f"{value:%B} {value.day}, {value.year}"
    shown = getattr(patient, f"get_{name}_display", None)
    return str(shown() if shown else value) or "(not recorded)"
