"""Opening a course; logging a session with its injections, lots and preparation, and correcting it."""

from treatments.forms.courses import CourseForm
from treatments.forms.drafts import SessionDraft

__all__ = ["CourseForm", "SessionDraft"]
