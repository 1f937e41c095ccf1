"""Settings about how messages leave: mail server or mail provider, and text messages. Part of settings.py."""

from urllib.parse import unquote

import environ

from clinic import environment

# With a provider all mail goes through its web interface. What it would count about patients stays off.
EMAIL_PROVIDER, _options = environment.email_provider()
ANYMAIL = {**_options, "SEND_DEFAULTS": {"track_clicks": False, "track_opens": False}}
if EMAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
EMAIL_TIMEOUT = 15
_email = environ.Env().email_url_config(
    "smtp://localhost"
    if EMAIL_PROVIDER
    else environment.required("EMAIL_URL", "smtp+tls://user:secret@mail.example.org:587")
)
EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"], _email["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"] or "", _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _email.get("EMAIL_USE_TLS", False), _email.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = environment.required("EMAIL_FROM", "check-in@clinic.example.org")

# Text messages, through a Twilio-compatible gateway; none are sent when SMS_URL is empty.
_sms = environment.sms_url()
SMS_URL = f"{_sms.scheme}://{_sms.netloc.rpartition('@')[2]}" if _sms else ""
SMS_ACCOUNT = unquote(_sms.username or "") if _sms else ""
SMS_SECRET = unquote(_sms.password or "") if _sms else ""
SMS_FROM = environment.required("SMS_FROM", "+15125550100") if _sms else ""
# With this the gateway signs what it reports.
SMS_WEBHOOK_SECRET = environment.optional("SMS_WEBHOOK_SECRET") or SMS_SECRET
# Where a phone number without a country code is at home.
PHONE_REGION = environment.optional("PHONE_REGION", "US")
