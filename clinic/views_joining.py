"""The page behind an invitation's link. Opening it changes nothing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic import scope
from clinic.actions.invitations import join_as, join_as_new
from clinic.actions.tokens import hash_token
from clinic.forms import attempted, speak_plainly
from clinic.models import Invitation, User


class JoinForm(forms.Form):
    """A name and twice a password."""

    full_name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label="Password",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Password again",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password"].help_text = " ".join(password_validators_help_texts())
        speak_plainly(self)

    def clean(self) -> dict[str, Any]:
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if password and again and password != again:
            self.add_error("again", "The two passwords are not the same.")
        elif password and again:
            somebody = User(email=self.email, full_name=self.cleaned_data.get("full_name", ""))
            try:
                validate_password(password, somebody)
            except forms.ValidationError as weak:
                self.add_error("password", weak)
        return self.cleaned_data


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """For a new account: name and password. For one that works: signing in with it, and one button."""
    with scope.of_link("mendline_enter_invitation", [hash_token(token)]):
        return _answer(request, token)


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    invitation = (
        Invitation.objects.open(timezone.now())
        .select_related("clinic", "invited_by")
        .filter(token_hash=hash_token(token))
        .first()
    )
    if invitation is None:
        return render(request, "clinic/join_closed.html", status=404)
    if User.objects.filter(email=invitation.email, is_active=True).exists():
        return _join_with_account(request, invitation)
    form = JoinForm(request.POST or None, email=invitation.email)
    if form.is_valid() and attempted(form, lambda: _make_account(invitation, form)):
        messages.success(request, f"Welcome to {invitation.clinic}. Sign in with your new password.")
        return redirect("login")
    context = {"invitation": invitation, "form": form}
    return render(request, "clinic/join.html", context, status=422 if form.errors else 200)


def _make_account(invitation: Invitation, form: JoinForm) -> User:
    name, password = form.cleaned_data["full_name"], form.cleaned_data["password"]
    return join_as_new(invitation=invitation, full_name=name, password=password, at=timezone.now())


def _join_with_account(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    is_theirs = request.user.is_authenticated and request.user.email == invitation.email
    form = forms.Form(request.POST or None)
    joins = request.method == "POST" and is_theirs
    if joins and attempted(form, lambda: join_as(invitation=invitation, user=request.user, at=timezone.now())):
        messages.success(request, f"You work at {invitation.clinic} now. Choose it in the bar at the top.")
        return redirect("home")
    context = {"invitation": invitation, "form": form, "has_account": True, "is_theirs": is_theirs}
    return render(request, "clinic/join.html", context, status=422 if request.method == "POST" else 200)
