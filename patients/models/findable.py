"""What can be searched of patients."""

from typing import ClassVar

from django.db import models

from clinic.models import Clinic


class FindablePatient(models.Model):
    """The view behind patients.search: what can be searched of the patients of the clinics in scope, by index."""

    clinic = models.ForeignKey(Clinic, models.DO_NOTHING, related_name="+")
    search_text = models.TextField()
    born_on = models.DateField(null=True)

    class Privacy:
        personal: ClassVar[set[str]] = {"search_text", "born_on"}
        plain: ClassVar[set[str]] = {"id", "clinic"}

    class Meta:
        managed = False
        db_table = "patients_findable"

    def __str__(self) -> str:
        return str(self.pk)
