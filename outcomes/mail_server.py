"""One open connection to the mail server, and what the server said to each message. Knows nothing of the database."""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Self

from outcomes.deadline import Deadline
from outcomes.delivery_rules import Outcome, Reply

MESSAGE_SECONDS = 30.0
CLOSING = 421
BROKEN = (OSError, smtplib.SMTPException)


@dataclass(frozen=True)
class MailServer:
    """Where messages are handed over. ``timeout`` is in seconds, for connecting and for each single reply."""

    host: str
    port: int
    our_name: str
    user: str = ""
    password: str = ""
    use_starttls: bool = False
    use_tls: bool = False
    timeout: float = 15.0


@dataclass(frozen=True)
class Envelope:
    """A finished message: bare addresses, and lines of bytes that each end with CRLF."""

    sender: str
    recipient: str
    content: bytes


class MailServerUnreachable(Exception):
    """There is no connection and nothing was handed over. The text is for staff."""


class MailLine:
    """A connection that is made once and carries many messages. A context manager for one thread."""

    def __init__(self, server: MailServer, *, seconds: float = MESSAGE_SECONDS) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._deadline = Deadline(seconds, self._hang_up)

    def __enter__(self) -> Self:
        self._deadline.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        if self._smtp is not None:
            with suppress(*BROKEN), self._deadline.exchange():
                self._smtp.quit()
            self._drop()
        self._deadline.__exit__(*error)

    def open(self) -> None:
        """Connect, unless connected. Raises MailServerUnreachable."""
        with self._deadline.exchange():
            self._connected()

    def send(self, envelope: Envelope) -> Outcome:
        """Hand one message over, in ``seconds`` at most. Raises MailServerUnreachable: then it stayed here."""
        with self._deadline.exchange():
            is_used = self._smtp is not None
            try:
                return self._offer(envelope)
            except MailServerUnreachable:
                # Servers end idle or long connections. Nothing was handed over, so a fresh one may try again.
                if not is_used:
                    raise
                return self._offer(envelope)

    def _offer(self, envelope: Envelope) -> Outcome:
        smtp = self._connected()
        try:
            refusal = _announce(smtp, envelope)
        except BROKEN as error:
            self._drop()
            raise MailServerUnreachable("The mail server closed the connection.") from error
        if refusal is None:
            return self._hand_over(smtp, envelope.content)
        self._start_over(smtp)
        return refusal

    def _start_over(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except BROKEN:
            self._drop()

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes) -> Outcome:
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
            code, _text = smtp.getreply()
        except BROKEN:
            self._drop()
            return Outcome(Reply.LOST, "The connection broke while the message was being handed over.")
        if code == CLOSING:
            self._drop()
        return replace(_judged(code), bad_address=code == MAILBOX_FULL)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = _client(self._server)
            try:
                _greet(self._smtp, self._server)
            except BROKEN as error:
                self._drop()
                raise MailServerUnreachable(_why_unreachable(error)) from error
        return self._smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def _hang_up(self) -> None:
        smtp = self._smtp
        if smtp is not None and smtp.sock is not None:
            # The plain socket's shutdown also wakes a thread that is reading through TLS.
            with suppress(OSError):
                socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)


def _client(server: MailServer) -> smtplib.SMTP:
    if server.use_tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(local_hostname=server.our_name, timeout=server.timeout, context=context)
    return smtplib.SMTP(local_hostname=server.our_name, timeout=server.timeout)


def _greet(smtp: smtplib.SMTP, server: MailServer) -> None:
    # smtplib checks the certificate against this name, which only its constructor would set.
    vars(smtp)["_host"] = server.host
    code, text = smtp.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    if server.use_starttls:
        smtp.starttls(context=ssl.create_default_context())
    smtp.ehlo_or_helo_if_needed()
    if server.user:
        smtp.login(server.user, server.password)


def _announce(smtp: smtplib.SMTP, envelope: Envelope) -> Outcome | None:
    """The refusal, if there is one before any of the message is handed over. Raises when the server hangs up."""
    options = ["BODY=8BITMIME"] if smtp.has_extn("8bitmime") else []
    steps = (
        ({250}, lambda: smtp.mail(envelope.sender, options)),
        ({250, 251}, lambda: smtp.rcpt(envelope.recipient)),
        ({354}, lambda: smtp.docmd("DATA")),
    )
    for go_on, step in steps:
        code, _text = step()
        if code in go_on:
            continue
        if code == CLOSING or code not in range(400, 600):
            raise smtplib.SMTPServerDisconnected("The server is closing, or its answer was cut short.")
        return replace(_judged(code), bad_address=code in BAD_ADDRESS and step is steps[1][1])
    return None


def _judged(code: int) -> Outcome:
    if 200 <= code < 300:
        return Outcome(Reply.ACCEPTED, f"Accepted ({code}).", code=str(code))
    if 400 <= code < 500:
        return Outcome(Reply.DEFERRED, f"The mail server asked to try again later ({code}).", code=str(code))
    if 500 <= code < 600:
        words = f"{REFUSALS.get(code, 'The mail server refused the message')} ({code})."
        return Outcome(Reply.REFUSED, words, code=str(code))
    return Outcome(Reply.LOST, f"The mail server gave an answer that means nothing ({code}).")


# Said of the recipient: nobody is there, or nobody takes mail there.
BAD_ADDRESS = {521, 550, 551, 552, 553, 554, 556}
MAILBOX_FULL = 552
REFUSALS = {
    550: "The mail server does not know this address",
    551: "The mail server does not know this address",
    552: "The mailbox is full",
    553: "The mail server does not accept this address",
    521: "This address takes no mail",
    556: "This address takes no mail",
}


def _why_unreachable(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "The mail server did not accept our login."
    if isinstance(error, ssl.SSLError):
        return "The mail server's certificate or encryption is not in order."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "The mail server does not offer encryption or login as configured."
    return "The mail server cannot be reached."
