"""Every setting, from the environment only. ``clinic/environment.py`` says what is missing or unsafe."""

import warnings
from pathlib import Path

import environ
import pghistory

from clinic import environment
from clinic.api_settings import SPECTACULAR_SETTINGS  # noqa: F401 - a setting
from clinic.message_settings import *  # noqa: F403 - every name of these three is a setting of Django or a library
from clinic.sign_in_settings import *  # noqa: F403
from clinic.worker_settings import *  # noqa: F403
from clinic.worker_settings import REDIS_URL

BASE_DIR = Path(__file__).resolve().parent.parent

SITE = environment.site_url()
SITE_URL = SITE.geturl().rstrip("/")
SECRET_KEY = environment.secret_key()
SECRET_KEY_FALLBACKS = environment.earlier_secret_keys()
FIELD_KEYS = environment.field_keys()
# With these the keys of API tokens and patients' links are hashed, the newest first; what was made with an older one
# works while it stands here.
TOKEN_PEPPERS = environment.token_peppers()
DEBUG = False
DEMO = environment.demo(SITE)
DEMO_MAIL_DIR = environment.optional("DEMO_MAIL_DIR")

# Host names and transport. Everything about TLS follows from SITE_URL.
# A demo answers at each name of its own machine: browsers make passkeys for "localhost" only.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] if DEMO else [SITE.hostname]
IS_HTTPS = SITE.scheme == "https"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# Only a proxy that overwrites this header may stand in front: the one of docs/deployment.md does.
BEHIND_PROXY = environment.optional("BEHIND_PROXY") == "1"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
# Not "no-referrer": browsers then post "Origin: null" and Django's CSRF check refuses the form.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "pgtrigger",
    "pghistory",
    "clinic",
    "patients",
    "treatments",
    "outcomes",
]
MIDDLEWARE = [
    "clinic.middleware.PolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "clinic.patient_pages.PatientPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.sessions.SessionLimitsMiddleware",
    "outcomes.tablet.TabletMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinic.middleware.SecondFactorMiddleware",
    "clinic.middleware.AccessMiddleware",
    "clinic.middleware.HistoryMiddleware",
    "clinic.middleware.ScopeMiddleware",
    "clinic.middleware.ActiveClinicMiddleware",
    "clinic.middleware.NamesMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "clinic.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.context_processors.frame",
                "outcomes.context_processors.red_flags",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]

# The application connects as a role that does not own its tables; `manage.py migrate` connects as the owner.
# With one URL only, the connection steps down to the application role as soon as it is made.
APPLICATION_ROLE = "mendline_app"
_timeouts = "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=120s"
# Behind the fences PostgreSQL thinks every statement costly, and would compile most for longer than they run.
_timeouts += " -c jit=off"
_env = environ.Env()
_application = _env.db_url_config(environment.required("DATABASE_URL", "postgres://mendline_app:secret@db/mendline"))
_owner_url = environment.optional("DATABASE_OWNER_URL")
DATABASE_OWNER = _env.db_url_config(_owner_url) if _owner_url else dict(_application)
_step_down = "" if _owner_url else f" -c role={APPLICATION_ROLE}"
DATABASES = {
    "default": {
        **_application,
        "ENGINE": "clinic.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": _timeouts + _step_down, "connect_timeout": 10, "application_name": "mendline"},
    }
}
# Backups are encrypted for this public key of age; its private key is kept off this machine.
BACKUP_RECIPIENT = environment.optional("BACKUP_RECIPIENT")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# History (clinic.history): its times are those of the change, not of the transaction, and any copied column may be empty.
PGHISTORY_CREATED_AT_FUNCTION = "clock_timestamp()"
PGHISTORY_FIELD = pghistory.Field(null=True)
# Its triggers are made after every migration from the models themselves (clinic.append_only).
PGTRIGGER_MIGRATIONS = False
# Whom clinical rows are about; their history is found and erased by person.
SUBJECT_MODEL = "patients.Patient"

TIME_ZONE = "UTC"
USE_TZ = True
# Staff pages are in English. Patient pages activate the patient's language themselves; there is no LocaleMiddleware.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
# From the source tree there is no build step: files are found where they lie.
if not (STATIC_ROOT / "staticfiles.json").exists():
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    WHITENOISE_USE_FINDERS = True
    warnings.filterwarnings("ignore", "No directory at", UserWarning)

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_PERMISSIONS = 0o640
# Who may read /metrics shows this token; without one the page is not there.
METRICS_TOKEN = environment.optional("METRICS_TOKEN")
# A second place for where the audit chains end, best on another machine; besides the log.
AUDIT_ANCHOR_FILE = environment.optional("AUDIT_ANCHOR_FILE")

# Shared by all web processes. Redis may be emptied or away at any time; nothing here is kept only there.
CACHES = {
    "default": {
        "BACKEND": "clinic.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "mendline-cache",
        "OPTIONS": {
            "serializer": "clinic.cache.JsonSerializer",
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
        },
    }
}

# Of one token, and of unknown keys from one address.
API_REQUESTS_A_MINUTE = environment.number("API_REQUESTS_A_MINUTE", 360)
API_WRONG_KEYS_A_MINUTE = environment.number("API_WRONG_KEYS_A_MINUTE", 30)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "clinic.authentication.BearerTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    # A view that does not say who may use it can be used by nobody.
    "DEFAULT_PERMISSION_CLASSES": ["clinic.deny.DenyAll"],
    "DEFAULT_THROTTLE_CLASSES": ["clinic.throttles.TokenThrottle"],
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "clinic.api_errors.handle",
    "UNAUTHENTICATED_USER": None,
}
# One line an event on standard output; ids only, never a name, an address or a link.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "clinic.log_lines.LogLine",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Without Django's own handlers, one of which sends the whole request to ADMINS by e-mail.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # Its lines name the account and the address; the tables it writes are where they belong.
        "axes": {"level": "ERROR"},
        # A line for each of a hundred triggers after every migration says nothing.
        "pgtrigger": {"level": "WARNING"},
    },
}
