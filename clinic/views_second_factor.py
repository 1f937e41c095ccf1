"""The second factor: asked for when signing in, set up before anything else, confirmed before what matters most.

The steps are django-allauth's. Here they get our status codes, and the session its proofs and a new id.
"""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ConfirmByCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import flows as passkeys
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from clinic.access import recently_authenticated
from clinic.actions.codes import remember_step
from clinic.adapters import SecondFactorAdapter
from clinic.forms import speak_plainly
from clinic.proofs import has_second_factor, record_second_factor


class Refusing:
    """A form that is not right comes back as 422."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class CodeAtSignIn(Refusing, AuthenticateView):
    """The second step of signing in; a passkey is offered to those who have one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        options = context["js_data"]["request_options"]
        has_passkey = bool(options["publicKey"].get("allowCredentials"))
        return context | {"request_options": options if has_passkey else None}


@method_decorator([never_cache, login_required], name="dispatch")
class Account(IndexView):
    """How one signs in: password, second factors, recovery codes."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proven = has_second_factor(self.request)
        return super().get_context_data(**kwargs) | {"section": "account", "is_proven": proven}


@method_decorator(never_cache, name="dispatch")
class AddAuthenticatorApp(Refusing, ActivateTOTPView):
    """A picture to scan and the first code."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        authenticator = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        remember_step(authenticator=authenticator, step=form.step)
        record_second_factor(self.request, authenticator)
        return response


class HomeWithout:
    """What the page is about is not there (any more): back to the account, which shows what is."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            return redirect("mfa_index")


@method_decorator(login_required, name="dispatch")
class RemoveAuthenticatorApp(HomeWithout, Refusing, DeactivateTOTPView):
    """Only while another second factor is left."""


@method_decorator(never_cache, name="dispatch")
class AddPasskey(Refusing, AddWebAuthnView):
    """A name, and what the browser made."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["name"].label = "Name of this passkey"
        form.fields["name"].max_length = 60
        form.fields["credential"].error_messages["required"] = "The browser made no passkey. Try again."
        speak_plainly(form)
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        newest = Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.WEBAUTHN).latest("pk")
        record_second_factor(self.request, newest)
        return response


@require_POST
@recently_authenticated
def remove_passkey(request: HttpRequest) -> HttpResponse:
    """Only while another second factor is left. Another person's passkey is 404."""
    asked = request.POST.get("passkey", "")
    passkey = get_object_or_404(
        Authenticator, user=request.user, type=Authenticator.Type.WEBAUTHN, pk=int(asked) if asked.isdecimal() else 0
    )
    if SecondFactorAdapter().can_delete_authenticator(passkey):
        passkeys.remove_authenticator(request, passkey)
    else:
        messages.warning(request, "This is your last second factor. Add another one first.")
    return redirect("mfa_index")


@method_decorator(login_required, name="dispatch")
class RecoveryCodes(HomeWithout, ViewRecoveryCodesView):
    """The codes, once."""


class NewRecoveryCodes(Refusing, GenerateRecoveryCodesView):
    """Ten new codes; the old ones stop working."""


class Confirming(Refusing):
    """Showing that it is still oneself opens more, so the session gets a new id."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        self.request.session.cycle_key()
        return response


class ConfirmByPassword(Confirming, ReauthenticateView):
    """It is still the same person: they know the password."""


class ConfirmByCode(Confirming, ConfirmByCodeView):
    """It is still the same person: they have the authenticator app."""


class ConfirmByPasskey(Confirming, ReauthenticateWebAuthnView):
    """It is still the same person: they have the passkey."""
