"""Forms about patients and about what they agree to."""

from patients.forms.consents import AskForm, DocumentForm, PaperForm, PolicyForm, ScanForm, SignForm
from patients.forms.patients import DeathForm, PatientForm, RegistrationForm

__all__ = [
    "AskForm",
    "DeathForm",
    "DocumentForm",
    "PaperForm",
    "PatientForm",
    "PolicyForm",
    "RegistrationForm",
    "ScanForm",
    "SignForm",
]
