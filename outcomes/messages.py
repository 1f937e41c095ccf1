"""The words that patients receive. Only what is named here can get into a message: never a treatment or a score."""

import datetime as dt
import re
from dataclasses import dataclass
from email.utils import format_datetime, formataddr, parseaddr
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.template.loader import get_template

from outcomes.mail_server import Envelope


@dataclass(frozen=True)
class Invitation:
    """Everything an invitation may say, and to whom. ``clinic_name`` is the neutral one that patients see."""

    email: str
    given_name: str
    clinic_name: str
    phone: str
    closes_on: dt.date
    link: str


def survey_invitation(invitation: Invitation, *, public_id: UUID, our_address: str, at: dt.datetime) -> Envelope:
    """The message as it goes over the wire. The same delivery always has the same Message-ID.

    A name in ``our_address`` gives way to the clinic's. Raises ValidationError when the patient's address is not one.
    """
    validate_email(invitation.email)
    _name, sender = parseaddr(our_address)
    message = EmailMultiAlternatives(
        subject=f"A short questionnaire from {invitation.clinic_name}",
        body=get_template("emails/survey_invitation.txt").render({"invitation": invitation}),
        from_email=formataddr((invitation.clinic_name, sender)),
        to=[invitation.email],
        headers={
            "Message-ID": f"<{public_id}@{sender.rpartition('@')[2]}>",
            "Date": format_datetime(at),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(
        get_template("emails/survey_invitation.html").render({"invitation": invitation}), "text/html"
    )
    return Envelope(
        sender=sanitize_address(sender, "utf-8"),
        recipient=sanitize_address(invitation.email, "utf-8"),
        content=re.sub(rb"\r\n|\r|\n", b"\r\n", message.message().as_bytes()),
    )
