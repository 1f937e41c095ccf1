"""/patients/"""

from django.urls import path

from patients.views import consents, editing, patients, reachability, seen

urlpatterns = [
    path("new/", patients.register, name="register-patient"),
    path("<uuid:public_id>/edit/", editing.edit_patient, name="edit-patient"),
    path("<uuid:public_id>/consent/", patients.record_consent, name="record-consent"),
    path("<uuid:public_id>/channel/", reachability.channel, name="patient-channel"),
    path("<uuid:public_id>/died/", reachability.died, name="patient-died"),
    path("<uuid:public_id>/died/undo/", reachability.died_undo, name="patient-died-undo"),
    path("<uuid:public_id>/seen/", seen.seen, name="patient-seen"),
    path("<uuid:public_id>/consents/", consents.consents, name="consents"),
    path("<uuid:public_id>/consents/record/", consents.record, name="consent-record"),
    path("<uuid:public_id>/consents/ask/", consents.ask, name="consent-ask"),
    path("signatures/<uuid:public_id>/", consents.consent, name="consent"),
    path("signatures/<uuid:public_id>/scan/", consents.attach_scan, name="consent-scan"),
]
