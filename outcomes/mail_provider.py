"""Mail through the web interface of a provider that django-anymail knows, as a line like ``mail_server.MailLine``."""

import email
import email.policy
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Self

from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailRecipientsRefused,
    AnymailUnsupportedFeature,
)
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from outcomes.delivery_rules import Outcome, Reply
from outcomes.mail_server import Envelope, MailServerUnreachable
from outcomes.sms_gateway import retry_after
from outcomes.web_line import MESSAGE_SECONDS, WebLine, is_session

NOT_ALLOWED = {401, 403}
TRY_LATER = {429, 503}
# The provider makes these itself, or they are given by name.
NOT_COPIED = {"from", "to", "subject", "date", "mime-version", "content-type", "content-transfer-encoding"}


@dataclass(frozen=True)
class MailProvider:
    """A mail backend by its dotted name, and what it is made with."""

    backend: str
    options: Mapping[str, Any]


class ProviderLine:
    """The provider's session, made once for many messages. A context manager for one thread."""

    def __init__(self, provider: MailProvider, *, seconds: float = MESSAGE_SECONDS) -> None:
        self._provider = provider
        self._seconds = seconds
        self._backend: BaseEmailBackend | None = None
        self._web: WebLine | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._web is not None:
            self._web.__exit__(*error)
        if self._backend is not None:
            self._backend.close()

    def open(self) -> None:
        """Make the session, unless there is one. Raises MailServerUnreachable when it is not configured well."""
        self._opened()

    def send(self, envelope: Envelope) -> Outcome:
        """Hand one message over. Raises MailServerUnreachable: then it stayed here."""
        backend = self._opened()
        message = written(envelope, backend)
        try:
            self._hand_over(backend, message)
        except AnymailRecipientsRefused:
            detail = "The mail provider does not deliver to this address."
            return Outcome(Reply.REFUSED, detail, code=_status(message), bad_address=True)
        except AnymailUnsupportedFeature as error:
            raise MailServerUnreachable("The mail provider cannot do what our messages need.") from error
        except AnymailAPIError as error:
            return self._judged(error)
        except AnymailError as error:
            # Nothing was asked of the provider: the message itself did not do.
            return Outcome(
                Reply.REFUSED, "The mail provider's form does not take this message.", code=type(error).__name__
            )
        return Outcome(Reply.ACCEPTED, "Accepted by the mail provider.", ref=_reference(message))

    def _opened(self) -> BaseEmailBackend:
        if self._backend is None:
            try:
                backend = get_connection(self._provider.backend, **self._provider.options)
            except (AnymailConfigurationError, ImproperlyConfigured, ImportError) as error:
                raise MailServerUnreachable("The mail provider is not configured completely.") from error
            backend.open()
            session = getattr(backend, "session", None)
            if is_session(session):
                # A few providers bring a library of their own in place of a session, with time limits of its own.
                self._web = WebLine(session, seconds=self._seconds).__enter__()
            self._backend = backend
        return self._backend

    def _hand_over(self, backend: BaseEmailBackend, message: EmailMultiAlternatives) -> None:
        if self._web is None:
            backend.send_messages([message])
            return
        with self._web.exchange():
            backend.send_messages([message])

    def _judged(self, error: AnymailAPIError) -> Outcome:
        status = getattr(error, "status_code", None)
        if status is None and self._web is not None and not self._web.handed_over:
            raise MailServerUnreachable("The mail provider cannot be reached.") from error
        if status is None or 200 <= status < 400:
            return Outcome(Reply.LOST, "The connection broke while the message was being handed over.")
        if status in NOT_ALLOWED:
            raise MailServerUnreachable(f"The mail provider did not accept our login ({status}).") from error
        code = str(status)
        if status in TRY_LATER:
            wait = retry_after(error.response.headers)
            detail = f"The mail provider asked to try again later ({code})."
            return Outcome(Reply.DEFERRED, detail, code=code, retry_after=wait)
        if status < 500:
            return Outcome(Reply.REFUSED, f"The mail provider refused the message ({code}).", code=code)
        detail = f"The mail provider's answer does not say whether it took the message ({code})."
        return Outcome(Reply.LOST, detail, code=code)


def written(envelope: Envelope, backend: BaseEmailBackend) -> EmailMultiAlternatives:
    """The same message as it would go over SMTP: addresses, subject, bodies, headers; and nothing that watches anybody."""
    wire = email.message_from_bytes(envelope.content, policy=email.policy.default)
    message = EmailMultiAlternatives(
        subject=wire["Subject"],
        body=_body(wire, "plain"),
        from_email=wire["From"],
        to=[envelope.recipient],
        headers={name: str(value) for name, value in wire.items() if name.lower() not in NOT_COPIED},
        connection=backend,
    )
    if html := _body(wire, "html"):
        message.attach_alternative(html, "text/html")
    # What a provider counts would hand patients' links and habits to a third party.
    asked: dict[str, Any] = {"track_clicks": False, "track_opens": False}
    # Comes back with every event, so that it is found again before we know the provider's own id.
    asked["metadata"] = {"delivery": wire["Message-ID"].strip("<>").partition("@")[0]}
    for name, value in asked.items():
        setattr(message, name, value)
    return message


def _body(wire: EmailMessage, kind: str) -> str:
    part = wire.get_body((kind,))
    return part.get_content() if part is not None else ""


def _status(message: EmailMultiAlternatives) -> str:
    """Of an ``anymail_status``, which the library puts there."""
    return ",".join(sorted(filter(None, vars(message)["anymail_status"].status or ())))


def _reference(message: EmailMultiAlternatives) -> str:
    ref = vars(message)["anymail_status"].message_id
    return ref if isinstance(ref, str) else ""
