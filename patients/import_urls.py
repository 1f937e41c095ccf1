"""/setup/import/"""

from django.urls import path

from patients.views import imports

urlpatterns = [
    path("", imports.imports, name="patient-imports"),
    path("<uuid:public_id>/", imports.patient_import, name="patient-import"),
    path("<uuid:public_id>/columns/", imports.columns, name="patient-import-columns"),
    path("<uuid:public_id>/values/", imports.values, name="patient-import-values"),
    path("<uuid:public_id>/findings.csv", imports.findings, name="patient-import-findings"),
    path("<uuid:public_id>/undo/", imports.undo, name="patient-import-undo"),
]
