"""Signing in, and how every form speaks."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.forms.utils import pretty_name

from clinic.lockout import checked_password
from clinic.rules import RuleBroken

Result = TypeVar("Result")


def speak_plainly(form: forms.BaseForm) -> None:
    """Messages of the form's fields name the field, so that they also make sense in the list above the form."""
    for name, field in form.fields.items():
        label = field.label or pretty_name(name)
        if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
            field.error_messages["required"] = f"{label} is missing."
        if isinstance(field, forms.DecimalField | forms.IntegerField):
            field.error_messages["invalid"] = f"{label} must be a number, like 6 or 6.5."
        if isinstance(field, forms.DateField | forms.DateTimeField):
            field.error_messages["invalid"] = f"{label} is not a date of the calendar."


def attempted(form: forms.BaseForm, work: Callable[[], Result]) -> Result | None:
    """What an action returns; None when a rule was broken, which then stands beside its field."""
    try:
        return work()
    except RuleBroken as broken:
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        return None


# The same for an unknown address, a wrong password and an account that is closed for a while.
REFUSED = (
    "The e-mail address and password do not belong together. Check both and try again. After several wrong tries even the "
    "right password has to wait a while."
)


class SignInForm(AuthenticationForm):
    """E-mail address and password. Every failure gets the same answer, so that nobody learns which accounts exist."""

    username = forms.EmailField(
        label="Work e-mail", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    error_messages = {
        "invalid_login": REFUSED,
        "inactive": REFUSED,
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)

    def clean_username(self) -> str:
        return self.cleaned_data["username"].lower()

    def clean(self) -> dict[str, str]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            self.user_cache = checked_password(self.request, email, password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
        return self.cleaned_data
