"""Messages to patients as they go over the wire. Their words are in ``outcomes.texts``."""

import datetime as dt
import quopri
import re
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import cache
from uuid import UUID

from django.core.mail import BadHeaderError
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email

from outcomes.mail_server import Envelope
from outcomes.texts import Filled

# Octets of a line, without its end (RFC 5321, 4.5.3.1.6). Servers refuse a message with a longer one.
LONGEST_LINE = 998


def email_message(
    filled: Filled, *, to: str, sender_name: str, public_id: UUID, our_address: str, stop_link: str, at: dt.datetime
) -> Envelope:
    """The message as it goes over the wire. The same delivery always has the same Message-ID.

    A name in ``our_address`` gives way to the clinic's. Raises ValidationError when the patient's address is not one.
    """
    validate_email(to)
    sender = _bare(our_address)
    recipient = to if to.isascii() else sanitize_address(to, "utf-8")
    headers = {
        "Message-ID": f"<{public_id}@{sender.rpartition('@')[2]}>",
        "Date": format_datetime(at),
        "From": formataddr((sender_name, sender)),
        "To": recipient,
        "Subject": filled.subject,
        "Auto-Submitted": "auto-generated",
        # A mail program's own button ends the e-mail, without a question (RFC 8058).
        "List-Unsubscribe": f"<{stop_link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    bodies = {"text/plain": filled.text, "text/html": filled.html}
    return Envelope(sender, recipient, _assembled(headers, bodies, boundary=f"=_{public_id.hex}"))


@cache
def _bare(our_address: str) -> str:
    bare: str = sanitize_address(parseaddr(our_address)[1], "utf-8")
    return bare


def _assembled(headers: dict[str, str], bodies: dict[str, str], *, boundary: str) -> bytes:
    """One message with alternative bodies, plainest first. By hand: the library takes longer than the mail server."""
    lines = [f"{name}: {_header(value)}" for name, value in headers.items()]
    lines += ["MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{boundary}"', ""]
    for kind, body in bodies.items():
        encoding, carried = _carried(body)
        lines += [f"--{boundary}", f"Content-Type: {kind}; charset=utf-8"]
        lines += [f"Content-Transfer-Encoding: {encoding}", "", carried]
    lines += [f"--{boundary}--", ""]
    return re.sub(r"\r\n|\r|\n", "\r\n", "\n".join(lines)).encode()


def _carried(body: str) -> tuple[str, str]:
    """As it is where mail servers take it so, else in an encoding with short lines; with the encoding's name."""
    plain = body.encode()
    if max(map(len, plain.split(b"\n"))) <= LONGEST_LINE:
        return "8bit", body
    return "quoted-printable", quopri.encodestring(plain).decode("ascii")


def _header(value: str) -> str:
    if "\r" in value or "\n" in value:
        raise BadHeaderError("A header cannot hold a line break.")
    return value if value.isascii() else Header(value, "utf-8").encode()
