"""Template words of the strip above every page about one patient."""

from django import template

from clinic.models import User
from patients import search
from patients.models import Patient

register = template.Library()


@register.simple_tag
def count_look_alikes(patient: Patient, user: User) -> int:
    """How many patients of the clinic have this name or one like it, this one included. One query."""
    return search.count_look_alikes(Patient.objects.visible_to(user).filter(clinic=patient.clinic_id), patient)
