"""The lines that messages leave by, as the settings say."""

from typing import Any, Protocol, Self
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from outcomes.delivery_rules import Outcome
from outcomes.mail_provider import MailProvider, ProviderLine
from outcomes.mail_server import MailLine, MailServer, MailServerUnreachable
from outcomes.sms_gateway import SmsGateway, SmsGatewayUnusable, SmsLine


class Line(Protocol):
    """One way out: a context manager that carries many messages, each of the kind that it takes."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def open(self) -> None:
        """Connect, unless connected. Raises one of UNUSABLE."""

    def send(self, message: Any, /) -> Outcome:
        """Hand one over. Raises one of UNUSABLE: then it stayed here."""


# What opening or using a line raises when nothing can be sent by it, whichever message it is.
UNUSABLE = (MailServerUnreachable, SmsGatewayUnusable)


def mail_line() -> MailLine | ProviderLine:
    """The way for e-mail: a provider when one is set, else the mail server."""
    if settings.EMAIL_PROVIDER:
        return ProviderLine(MailProvider(settings.EMAIL_BACKEND, {}))
    return MailLine(configured_server())


def sms_line() -> SmsLine | None:
    """The way for text messages; None when none are sent here."""
    return SmsLine(configured_gateway()) if settings.SMS_URL else None


def status_url(public_id: UUID) -> str:
    """Where the gateway reports what became of this delivery."""
    return f"{settings.SITE_URL}{reverse('hook-sms-status')}?delivery={public_id}"


def configured_server() -> MailServer:
    """The mail server of the settings."""
    return MailServer(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        our_name=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">"),
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        use_starttls=settings.EMAIL_USE_TLS,
        use_tls=settings.EMAIL_USE_SSL,
        timeout=settings.EMAIL_TIMEOUT,
    )


def configured_gateway() -> SmsGateway:
    """The text message gateway of the settings."""
    return SmsGateway(
        base=settings.SMS_URL, account=settings.SMS_ACCOUNT, secret=settings.SMS_SECRET, sender=settings.SMS_FROM
    )
