"""What a log line may hold: ids, never a secret. The path of a link to a survey or a consent is one."""

import logging
import re

LINK = re.compile(r"(/s|/consent)/[^/\s\"'?]+")


class LogLine(logging.Formatter):
    """Hides the secret of every such address, wherever in the line or its traceback it stands."""

    def format(self, record: logging.LogRecord) -> str:
        return LINK.sub(r"\1/-", super().format(record))
