"""/patients/"""

from django.urls import path

from patients import views

urlpatterns = [
    path("", views.patients, name="patients"),
    path("new/", views.register, name="register-patient"),
    path("<uuid:public_id>/edit/", views.edit_patient, name="edit-patient"),
    path("<uuid:public_id>/consent/", views.record_consent, name="record-consent"),
    path("<uuid:public_id>/consent/withdraw/", views.withdraw_consent, name="withdraw-consent"),
]
