"""gunicorn's own settings. What it says goes through the same line as everything else; it keeps no access log.

Whoever turns one on with --access-logfile gets neither path nor query: the path of a patient's link is a secret, and a
search holds a name.
"""

# All code is loaded once, before the processes that answer divide: in half the time, and in memory that they share.
preload_app = True

# The head of a request: one line, so many header lines, so many bytes in each.
limit_request_line = 8190
limit_request_fields = 60
limit_request_field_size = 8190

_line = {"()": "clinic.log_lines.LogLine", "format": "{asctime} {levelname} {name} {message}", "style": "{"}

access_log_format = "%(t)s %(m)s %(s)s %(B)s %(M)sms"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": _line},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
