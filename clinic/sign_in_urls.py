"""The addresses of signing in and of one's own account: the few of django-allauth's pages that this house uses."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from clinic import views, views_members
from clinic import views_joining as joining
from clinic import views_passwords as passwords
from clinic import views_second_factor as second_factor

sign_in = views.SignIn.as_view()
form = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns = [
    path("login/", sign_in, name="login"),
    # The name under which django-allauth looks for the same page.
    path("login/", sign_in, name="account_login"),
    path("login/code/", form(second_factor.CodeAtSignIn.as_view()), name="mfa_authenticate"),
    path("login/forgot/", form(passwords.Forgotten.as_view()), name="login-forgot"),
    path("login/forgot/sent/", require_safe(passwords.ForgottenSent.as_view()), name="login-forgot-sent"),
    path("login/reset/<str:uidb64>/<str:token>/", form(passwords.Reset.as_view()), name="login-reset"),
    path("join/<str:token>/", joining.join, name="join"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", require_safe(second_factor.Account.as_view()), name="mfa_index"),
    path("account/password/", form(passwords.Change.as_view()), name="change-password"),
    path("account/typed/", views.kept_form, name="kept-form"),
    path("account/confirm/", form(second_factor.ConfirmByPassword.as_view()), name="account_reauthenticate"),
    path("account/confirm/code/", form(second_factor.ConfirmByCode.as_view()), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey/", form(second_factor.ConfirmByPasskey.as_view()), name="mfa_reauthenticate_webauthn"
    ),
    path("account/authenticator/", form(second_factor.AddAuthenticatorApp.as_view()), name="mfa_activate_totp"),
    path(
        "account/authenticator/remove/",
        form(second_factor.RemoveAuthenticatorApp.as_view()),
        name="mfa_deactivate_totp",
    ),
    path("account/passkeys/add/", form(second_factor.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("account/passkeys/remove/", second_factor.remove_passkey, name="remove-passkey"),
    path(
        "account/recovery-codes/", require_safe(second_factor.RecoveryCodes.as_view()), name="mfa_view_recovery_codes"
    ),
    path(
        "account/recovery-codes/new/",
        form(second_factor.NewRecoveryCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path("setup/members/", views_members.members, name="members"),
    path("setup/members/invite/", views_members.invite, name="member-invite"),
    path("setup/members/invitation/withdraw/", views_members.withdraw, name="member-withdraw"),
    path("setup/members/role/", views_members.role, name="member-role"),
    path("setup/members/end/", views_members.end, name="member-end"),
    path("setup/members/second-factor/", views_members.ask_for_reset, name="member-factor"),
    path("setup/members/second-factor/agree/", views_members.agree_to_reset, name="member-factor-agree"),
]
