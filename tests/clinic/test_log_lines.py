"""Log lines hold no secret, not even in a traceback."""

import logging
import sys

from clinic.log_lines import LogLine

TOKEN = "0w8SV6QjlVdEJTPjfNdQH8"


def line(message: str, *args: object, exc_info=None) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, exc_info)
    return LogLine("{levelname} {message}", style="{").format(record)


def test_the_secret_of_a_survey_address_is_hidden():
    assert line("%s: %s", "Gone", f"/s/{TOKEN}/3/") == "WARNING Gone: /s/-/3/"
    assert line(f"https://a.example.org/s/{TOKEN}?x=1") == "WARNING https://a.example.org/s/-?x=1"


def test_other_addresses_stay_readable():
    assert line("Not Found: /static/x/ /sessions/7/") == "WARNING Not Found: /static/x/ /sessions/7/"


def test_a_traceback_hides_it_too():
    try:
        raise ValueError(f"bad path '/s/{TOKEN}/'")
    except ValueError:
        text = line("broken", exc_info=sys.exc_info())
    assert "ValueError: bad path '/s/-/'" in text
