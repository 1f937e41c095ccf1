"""What can be set up, in groups, each thing for those whose role opens it. Words and names of pages only."""

from dataclasses import dataclass

from clinic.permissions import Permission as P


@dataclass(frozen=True)
class Card:
    """One page of the set-up: its name, what it is for, and what it needs."""

    route: str
    title: str
    says: str
    needs: P


GROUPS: dict[str, tuple[Card, ...]] = {
    "The clinic": (
        Card("clinic-details", "Clinic and sender", "Name, the name that patients see, phone, time zone.", P.CLINIC_EDIT),
        Card("members", "People", "Who works here and as what: invite, change a role, end a membership.", P.MEMBER_MANAGE),
        Card("sites", "Sites", "Your clinics, and how another one is added.", P.CLINIC_EDIT),
    ),
    "What is done and asked": (
        Card("protocols", "Protocols", "What is done, and when patients are asked how it went.", P.REPORT_VIEW),
        Card("instruments", "Instruments", "The questionnaires, their languages, and licences you brought.", P.REPORT_VIEW),
        Card("products", "Products", "Kits and biologics whose lots are kept in stock, and what they require.", P.STOCK_KEEP),
    ),
    "Messages": (
        Card("sending-schedule", "Sending schedule", "Hours, weekends, and how much one patient gets.", P.CLINIC_EDIT),
        Card("message-texts", "Messages", "The words that patients get by e-mail and text, with a preview.", P.MESSAGE_EDIT),
        Card("trials", "Test message", "Whether a message from here really arrives.", P.CLINIC_EDIT),
        Card("sending-health", "Is everything running?", "Whether all that opens and sends is alive.", P.PATIENT_VIEW),
    ),
    "Patients and safety": (
        Card("alerting", "Red flags", "Who is told of an answer that needs a person; which numbers patients read.", P.MESSAGE_EDIT),
        Card("time-out-setup", "Time-out", "Whether five points are confirmed before an injection.", P.PROTOCOL_PUBLISH),
        Card("consent-documents", "Consent documents", "The words that patients sign, in versions.", P.CONSENT_PUBLISH),
        Card("recipient-check", "Who opens a link", "Whether a check-in asks for the date of birth first.", P.MESSAGE_EDIT),
        Card("tablet-setup", "Tablet", "Whether patients see their curve on the clinic’s tablet.", P.MESSAGE_EDIT),
    ),
    "Records and programs": (
        Card("patient-imports", "Bring patients", "Register everybody from a CSV file, after a check.", P.PATIENTS_IMPORT),
        Card("retention", "How long identities are kept", "When who a patient is can be erased.", P.PATIENT_ERASE),
        Card("audit", "Audit trail", "Who saw and changed what, who signed in, and who was refused.", P.AUDIT_VIEW),
        Card("api-tokens", "API tokens", "Keys for programs that read and write on your behalf.", P.API_USE),
    ),
}  # fmt: skip


def groups_for(granted: set[str]) -> list[tuple[str, list[Card]]]:
    """The groups with what somebody with these permissions may open; empty ones are left out."""
    found = [(title, [card for card in cards if card.needs.name in granted]) for title, cards in GROUPS.items()]
    return [(title, cards) for title, cards in found if cards]
