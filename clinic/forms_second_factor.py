"""Codes as people type them."""

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from clinic.actions.codes import accept_code, step_of

WRONG = (
    "This code is not right, or was used before. Wait for the next one. After several wrong codes even a right one has to "
    "wait a while."
)
CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "autofocus": True}


class _Code:
    """Asks the action instead of allauth's cache, which forgets when a server restarts."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, str]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label="Code",
            max_length=20,
            help_text="The six digits that your authenticator app shows now, or one of your recovery codes.",
            error_messages={"required": "Code is missing."},
            widget=forms.TextInput(attrs=CODE),
        )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        self.authenticator = accept_code(user=self.user, code=code, at=timezone.now())
        if self.authenticator is None:
            raise ValidationError(WRONG)
        self.authenticator.user = self.user
        return code


class CodeForm(_Code, AuthenticateForm):
    """The second step of signing in."""


class ConfirmByCodeForm(_Code, ReauthenticateForm):
    """It is still the same person."""


class AuthenticatorAppForm(_Code, ActivateTOTPForm):
    """The first code of a new authenticator app; it is used up by this."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = "The six digits that the app shows now."

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        self.step = step_of(code, self.secret, timezone.now())
        if self.step is None:
            raise ValidationError("This code does not fit the picture. Is the clock of your phone right?")
        return code
