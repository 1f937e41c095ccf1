"""Where django-allauth asks how this house does things."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone

from clinic import field_keys
from clinic.actions.letters import Kind, queue_letter
from clinic.addresses import client_address
from clinic.lockout import checked_password
from clinic.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
SAID = {
    "mfa/messages/totp_activated.txt": "The authenticator app is set up. Sign-in asks for its code from now on.",
    "mfa/messages/totp_deactivated.txt": "The authenticator app is removed.",
    "mfa/messages/webauthn_added.txt": "The passkey is added.",
    "mfa/messages/webauthn_removed.txt": "The passkey is removed.",
}


TOLD = {
    "mfa/email/totp_activated": "An authenticator app was added to how you sign in.",
    "mfa/email/totp_deactivated": "The authenticator app was removed from how you sign in.",
    "mfa/email/webauthn_added": "A passkey was added to how you sign in.",
    "mfa/email/webauthn_removed": "A passkey was removed from how you sign in.",
    "mfa/email/recovery_codes_generated": "You have new recovery codes; the old ones do not work any more.",
}


class AccountAdapter(DefaultAccountAdapter):
    """Passwords are checked behind the lock-out; messages are in our words; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        login(request, user, backend=BACKEND)

    def reauthenticate(self, user: User, password: str) -> bool:
        return checked_password(context.request, user.email, password) == user

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def send_notification_mail(self, template_prefix: str, user: User, *_: Any, **_more: Any) -> None:
        if template_prefix in TOLD:
            queue_letter(kind=Kind.FACTOR_CHANGED, email=user.email, at=timezone.now(), about=TOLD[template_prefix])

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *_: Any, **_more: Any
    ) -> None:
        if message_template in SAID:
            messages.add_message(request, messages.SUCCESS, SAID[message_template])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seeds are sealed before they are stored, and the last second factor stays."""

    def encrypt(self, text: str) -> str:
        return field_keys.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return field_keys.opened(encrypted_text)

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER

    @staticmethod
    def methods_of(user: User) -> list[str]:
        """Names of the pages on which this person can show a second factor; empty when they have none."""
        pages = {
            Authenticator.Type.TOTP: "mfa_reauthenticate",
            Authenticator.Type.WEBAUTHN: "mfa_reauthenticate_webauthn",
        }
        has = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
        return [page for kind, page in pages.items() if kind in has]

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return settings.MFA_OPTIONAL or others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
