"""Settings about who somebody is: sessions, second factor, re-authentication, locking out. Part of settings.py."""

import datetime as dt

from clinic import environment

AUTH_USER_MODEL = "clinic.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60

# An account signs in with its address alone. Nobody signs up: managers invite.
ACCOUNT_ADAPTER = "clinic.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Wrong passwords are counted by django-axes, wrong codes by clinic.actions.codes: in the database, not in a cache.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False

AXES_FAILURE_LIMIT = 5
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_PARAMETERS = "clinic.lockout.counted_by"
AXES_COOLOFF_TIME = "clinic.lockout.wait_after"
AXES_LOCKOUT_CALLABLE = "clinic.lockout.same_answer"
AXES_CLIENT_IP_CALLABLE = "clinic.addresses.client_address"
# One account's wait must not end because another one's, which is shorter, has.
AXES_USE_ATTEMPT_EXPIRATION = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
# Tries that were not even looked at do not make the wait longer: nobody can keep an account closed for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

MFA_ADAPTER = "clinic.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "clinic.forms_second_factor.CodeForm",
    "reauthenticate": "clinic.forms_second_factor.ConfirmByCodeForm",
    "activate_totp": "clinic.forms_second_factor.AuthenticatorAppForm",
}
MFA_TOTP_ISSUER = "Mendline"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# No account has an e-mail address that would wait to be verified: invitations go to the address itself.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# The demo's passwords are known to everybody, so a second factor would protect nothing.
MFA_OPTIONAL = environment.demo(environment.site_url())

SESSION_ENGINE = "clinic.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_LIFE = dt.timedelta(seconds=SESSION_COOKIE_AGE)
SESSION_IDLE = dt.timedelta(minutes=15)
# Names of the pages that ask by themselves for news. They are refused like all others when the time is over, and do
# not count as somebody being there.
SESSION_POLLING_VIEWS: frozenset[str] = frozenset({"alerts-now", "trial-states"})
