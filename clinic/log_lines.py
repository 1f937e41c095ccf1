"""What a log line may hold: ids, never a secret. The path of a survey's link is one."""

import logging
import re

SURVEY_LINK = re.compile(r"/s/[^/\s\"'?]+")


class LogLine(logging.Formatter):
    """Hides the secret of every survey address, wherever in the line or its traceback it stands."""

    def format(self, record: logging.LogRecord) -> str:
        return SURVEY_LINK.sub("/s/-", super().format(record))
