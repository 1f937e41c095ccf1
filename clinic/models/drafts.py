"""Forms that somebody of the staff began and has not sent yet."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models

from clinic.models.clinics import User
from clinic.models.rows import ClinicRow, ClinicRowQuerySet


class FormDraftQuerySet(ClinicRowQuerySet):
    def visible_to(self, user: User) -> Self:
        """One's own only, whatever the role, and only where one still works."""
        return super().visible_to(user).filter(user_id=user.pk)

    def kept(self, at: dt.datetime) -> Self:
        """Typed into within the last week."""
        return self.filter(saved_at__gte=at - FormDraft.KEPT)


class FormDraft(ClinicRow):
    """What one person typed into one form, at one address and so about one patient or course. Sealed; kept for a week.

    ``page`` is the page that it was begun on: what is typed on another one does not write over it.
    """

    KEPT: ClassVar[dt.timedelta] = dt.timedelta(days=7)

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    page = models.UUIDField()
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    sealed_fields = models.TextField(help_text="Pairs of name and value in their order, as JSON.")

    objects = FormDraftQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {"sealed_fields"}
        plain: ClassVar[set[str]] = {"id", "clinic", "user", "path", "page", "begun_at", "saved_at"}

    class Meta:
        constraints = (models.UniqueConstraint("clinic", "user", "path", name="form_draft_once_per_form"),)
        # For clinic.actions.forget_drafts.
        indexes = (models.Index("saved_at", name="form_draft_by_age"),)

    def __str__(self) -> str:
        return f"draft of {self.path}"
