"""Signing in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """E-mail address and password. Every failure gets the same answer, so that nobody learns which accounts exist."""

    username = forms.EmailField(
        label="Work e-mail", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    error_messages = {
        "invalid_login": "The e-mail address and password do not belong together. Check both and try again.",
        "inactive": "The e-mail address and password do not belong together. Check both and try again.",
    }

    def clean_username(self) -> str:
        return self.cleaned_data["username"].lower()
