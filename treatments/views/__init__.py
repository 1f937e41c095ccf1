"""Staff pages of treatments, one module for each thing they are about."""

from treatments.views.courses import open_course
from treatments.views.sessions import log_session, session

__all__ = ["log_session", "open_course", "session"]
