"""/consent/, where patients sign, and /setup/consents/, where documents are published."""

from django.urls import path

from patients.views import documents, sign_pages

urlpatterns = [
    path("consent/<str:token>/", sign_pages.sign, name="sign"),
    path("consent/<str:token>/done/", sign_pages.done, name="sign-done"),
    path("setup/consents/", documents.documents, name="consent-documents"),
    path("setup/consents/new/<str:kind>/", documents.new_document, name="consent-document-new"),
    path("setup/consents/<uuid:public_id>/", documents.document, name="consent-document"),
]
