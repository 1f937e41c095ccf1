"""What providers report, in our words. Of what they say only what is named here is kept: no text, no address."""

import datetime as dt
import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent

from clinic.links import hash_link, link_hashes
from outcomes.models import ProviderEvent
from outcomes.sms_gateway import BAD_NUMBER, OPTED_OUT

Kind = ProviderEvent.Kind
SMS_KINDS = {
    "accepted": Kind.ACCEPTED,
    "queued": Kind.ACCEPTED,
    "sending": Kind.ACCEPTED,
    "sent": Kind.ACCEPTED,
    "delivered": Kind.DELIVERED,
    "read": Kind.DELIVERED,
    "undelivered": Kind.BOUNCED_HARD,
    "failed": Kind.BOUNCED_HARD,
}
MAIL_KINDS = {
    "queued": Kind.ACCEPTED,
    "sent": Kind.ACCEPTED,
    "delivered": Kind.DELIVERED,
    "bounced": Kind.BOUNCED_HARD,
    "rejected": Kind.BOUNCED_HARD,
    "failed": Kind.BOUNCED_HARD,
    "complained": Kind.COMPLAINED,
    "unsubscribed": Kind.STOPPED,
}
# Rejections that say something of the address itself, and those that may be over tomorrow.
BAD_ADDRESS = {"bounced", "invalid"}
MAY_PASS = {"timed_out"}
# The library calls every bounce one; these providers' own words for those that may be over tomorrow.
SOFT = {"SoftBounce", "Transient", "soft", "soft_bounce", "temporary"}
WANTS_NO_MORE = {"spam": Kind.COMPLAINED, "unsubscribed": Kind.STOPPED}


@dataclass(frozen=True)
class Report:
    """One report about one message: which, what became of it, and the little else that is kept.

    ``address_hash`` in ``facts`` says which address it was sent to, to whoever has that address already.
    """

    source: str
    event_ref: str
    kind: str
    delivery: str = ""
    provider_ref: str = ""
    happened_at: dt.datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def is_signed(url: str, form: Mapping[str, str], signature: str, *, secret: str) -> bool:
    """Whether the gateway's secret made this signature of its post to ``url``."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    expected = b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha1)).decode()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def address_hash(address: str) -> str:
    """What is kept of an address or number, so that it can be compared and not read."""
    return hash_link(address.strip().lower()).hex()


def is_same_address(kept: str, address: str) -> bool:
    """Whether ``kept`` was made of this address, with whichever pepper."""
    return any(hmac.compare_digest(one.hex(), kept) for one in link_hashes(address.strip().lower()))


def sms_report(form: Mapping[str, str], *, delivery: str) -> Report | None:
    """The report of a gateway about one text message; None for one that says nothing."""
    ref, status, code = (
        form.get("MessageSid", "")[:64],
        form.get("MessageStatus", "")[:20],
        form.get("ErrorCode", "")[:10],
    )
    if not ref or not status:
        return None
    facts = {"status": status, "code": code, "address_hash": address_hash(form.get("To", ""))}
    return Report(
        source="sms",
        event_ref=f"{ref}:{status}",
        kind=SMS_KINDS.get(status, Kind.OTHER),
        delivery=_uuid(delivery),
        provider_ref=ref,
        facts=facts | {"is_bad": code in BAD_NUMBER, "has_stopped": code == OPTED_OUT},
    )


def mail_report(event: AnymailTrackingEvent, *, source: str) -> Report | None:
    """The report of a mail provider, as the library understands it; None where it does not say of which message."""
    delivery = _uuid(str((event.metadata or {}).get("delivery", "")))
    ref = str(event.message_id or "")[:200]
    if not delivery and not ref:
        return None
    at = event.timestamp.isoformat() if event.timestamp else ""
    name = event.event_id or ":".join([ref or delivery, event.event_type, at])
    reason = event.reject_reason or ""
    facts = {"status": event.event_type, "code": reason, "is_bad": reason in BAD_ADDRESS}
    if event.recipient:
        facts["address_hash"] = address_hash(event.recipient)
    # The metadata come back through the provider, so what it says of them is only believed together with its signature.
    return Report(source, f"{name}"[:200], _mail_kind(event), delivery, ref, event.timestamp, facts)


def _mail_kind(event: AnymailTrackingEvent) -> str:
    kind = MAIL_KINDS.get(event.event_type, Kind.OTHER)
    if kind is not Kind.BOUNCED_HARD:
        return kind
    told = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    words = {str(told.get(name)) for name in ("Type", "bounceType", "severity", "type", "event")}
    if event.reject_reason in MAY_PASS or words & SOFT:
        return Kind.BOUNCED_SOFT
    return WANTS_NO_MORE.get(event.reject_reason or "", kind)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
