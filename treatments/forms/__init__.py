"""Opening a course, and logging a session with its injections and its preparation."""

from treatments.forms.courses import CourseForm
from treatments.forms.drafts import SessionDraft, with_rows

__all__ = ["CourseForm", "SessionDraft", "with_rows"]
