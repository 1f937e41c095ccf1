"""Staff pages of treatments, one module for each thing they are about."""

from treatments.views.corrections import session_edit, session_void
from treatments.views.courses import open_course
from treatments.views.reviews import reopen, review, reviews
from treatments.views.sessions import log_session, session

__all__ = ["log_session", "open_course", "reopen", "review", "reviews", "session", "session_edit", "session_void"]
