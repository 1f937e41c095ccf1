"""Passwords: changed by who knows the old one, or chosen anew behind a link in an e-mail."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from clinic.actions.leaving import end_sessions
from clinic.actions.letters import Kind, ask_for_password_reset, queue_letter
from clinic.forms import speak_plainly
from clinic.views_second_factor import Refusing


def _ask_for_two(form: SetPasswordForm) -> None:
    """Labels and hints of the two fields for a new password, the same everywhere."""
    form.fields["new_password1"].label = "New password"
    form.fields["new_password1"].help_text = " ".join(password_validation.password_validators_help_texts())
    form.fields["new_password2"].label = "New password again"
    form.fields["new_password2"].help_text = ""
    speak_plainly(form)


class ChangeForm(PasswordChangeForm):
    """The old password and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Your password now"
        _ask_for_two(self)


class ResetForm(SetPasswordForm):
    """Twice the new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_two(self)


@method_decorator(never_cache, name="dispatch")
class Change(Refusing, PasswordChangeView):
    """Ends the person's other sessions."""

    template_name = "clinic/password_change.html"
    form_class = ChangeForm
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: ChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        # The session that changed it goes on, with a new id.
        end_sessions(user=form.user, besides=self.request.session.session_key)
        queue_letter(kind=Kind.PASSWORD_CHANGED, email=form.user.email, at=timezone.now())
        messages.success(self.request, "Your password is changed. Your other sessions have ended.")
        return response


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    email = forms.EmailField(
        label="Work e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


@method_decorator(never_cache, name="dispatch")
class Forgotten(Refusing, FormView):
    """The same answer for every address, in the same time: a worker looks whether there is an account."""

    template_name = "clinic/password_forgotten.html"
    form_class = ForgottenForm
    success_url = reverse_lazy("login-forgot-sent")

    def form_valid(self, form: ForgottenForm) -> HttpResponse:
        ask_for_password_reset(email=form.cleaned_data["email"], at=timezone.now())
        return super().form_valid(form)


class ForgottenSent(TemplateView):
    """What happens next."""

    template_name = "clinic/password_forgotten_sent.html"


class Reset(Refusing, PasswordResetConfirmView):
    """A new password for who got the letter. The second factor is still asked for when they sign in."""

    template_name = "clinic/password_reset.html"
    form_class = ResetForm
    success_url = reverse_lazy("login")

    def form_valid(self, form: ResetForm) -> HttpResponse:
        response = super().form_valid(form)
        end_sessions(user=self.user)
        queue_letter(kind=Kind.PASSWORD_CHANGED, email=self.user.email, at=timezone.now())
        messages.success(self.request, "Your password is changed. Sign in with it.")
        return response
