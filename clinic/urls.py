"""Every address, by prefix."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from clinic import views, views_audit, views_files, views_tokens
from outcomes.views import erasing, merging, overview, withdrawing

urlpatterns: list[URLPattern | URLResolver] = [
    # First, because it holds the pages that patients wait for.
    path("", include("outcomes.urls")),
    path("", views.home, name="home"),
    path("", include("clinic.sign_in_urls")),
    path("clinic/", views.switch_clinic, name="switch-clinic"),
    path("names/", views.switch_names, name="switch-names"),
    path("setup/api-tokens/", views_tokens.api_tokens, name="api-tokens"),
    path("setup/api-tokens/<uuid:public_id>/revoke/", views_tokens.revoke_token, name="revoke-api-token"),
    path("files/<uuid:public_id>/", views_files.stored_file, name="file"),
    path("audit/", views_audit.audit, name="audit"),
    path("audit/entry/", views_audit.entry, name="audit-entry"),
    path("audit/export/", views_audit.export, name="audit-export"),
    path("healthz", views.health, name="health"),
    # Pages that patients and the floor do not own, because they show what outcomes knows.
    path("patients/<uuid:public_id>/", overview.patient, name="patient"),
    path("patients/<uuid:public_id>/print/", overview.patient_print, name="patient-print"),
    path("patients/<uuid:public_id>/print.pdf", overview.patient_pdf, name="patient-pdf"),
    path("patients/<uuid:public_id>/erase/", erasing.erase, name="erase-patient"),
    path("patients/merge/", merging.candidates, name="merge-candidates"),
    path("patients/<uuid:public_id>/merge/", merging.merge, name="merge-patient"),
    path("patients/<uuid:public_id>/apart/", merging.keep_apart, name="keep-apart"),
    path("patients/apart/<uuid:public_id>/", merging.show_again, name="apart-undo"),
    path("patients/merges/<uuid:public_id>/undo/", merging.undo, name="merge-undo"),
    path("setup/retention/", erasing.retention, name="retention"),
    path("patients/<uuid:public_id>/consents/<str:kind>/withdraw/", withdrawing.withdraw, name="consent-withdraw"),
    path("patients/", include("patients.urls")),
    path("setup/import/", include("patients.import_urls")),
    path("", include("patients.consent_urls")),
    path("", include("treatments.urls")),
    path("api/v1/", include("clinic.api")),
]

handler500 = "clinic.api_errors.server_error"

if settings.DEMO:
    urlpatterns += [path("demo/mail/", include("clinic.demo_mail")), path("style/", include("clinic.demo_style"))]
