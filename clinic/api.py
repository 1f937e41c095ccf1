"""Every route of the API, in one list.

Version policy: within ``/api/v1/`` fields, filters and values may be added, never renamed, retyped or taken away; a
client ignores what it does not know. Anything else becomes ``/api/v2/``, and v1 stays for a year beside it.
"""

from django.urls import include, path, re_path
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter

from clinic.api_clinics import ClinicViewSet
from clinic.api_docs import SchemaView, api_docs
from clinic.api_files import FileViewSet
from clinic.viewsets import SignedInView
from outcomes.api.alerts import AlertViewSet
from outcomes.api.calls import CallViewSet
from outcomes.api.erasing import ErasureViewSet
from outcomes.api.follow_ups import AskedFollowUpViewSet
from outcomes.api.instruments import InstrumentDetailView, InstrumentFhirView, InstrumentListView
from outcomes.api.jobs import JobViewSet
from outcomes.api.lot_uses import ExposedViewSet, LotUseViewSet
from outcomes.api.pauses import PauseViewSet
from outcomes.api.protocols import ProtocolViewSet, ScheduleViewSet
from outcomes.api.report_kinds import report_endpoint
from outcomes.api.report_snapshots import SnapshotViewSet
from outcomes.api.reports import OutcomeReportView
from outcomes.api.scores import ScoreViewSet
from outcomes.api.surveys import SurveyViewSet
from outcomes.report_kinds import KINDS
from patients.api import ConsentDocumentViewSet, ConsentViewSet, PatientViewSet
from treatments.api import (
    CourseViewSet,
    ReviewViewSet,
    RevisionViewSet,
    SessionViewSet,
)
from treatments.api.completeness import CompletenessReportView
from treatments.api.events import EventViewSet, ReportViewSet
from treatments.api.medications import MedicationViewSet, ProfileViewSet
from treatments.api.recalls import RecallCaseViewSet, RecallViewSet
from treatments.api.retreatments import RetreatmentViewSet
from treatments.api.stock import LotMovementViewSet, LotViewSet, ProductViewSet, StorageReadingViewSet


class NoSuchAddress(SignedInView):
    """Everything else: an error in the API's own shape."""

    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("There is nothing at this address. Addresses of the API end in a slash.")


router = SimpleRouter(use_regex_path=False)
router.register("clinics", ClinicViewSet, basename="api-clinic")
router.register("protocols", ProtocolViewSet, basename="api-protocol")
router.register("protocols/<uuid:id>/schedule", ScheduleViewSet, basename="api-schedule")
router.register("patients", PatientViewSet, basename="api-patient")
router.register("patients/<uuid:id>/erasure", ErasureViewSet, basename="api-erasure")
router.register("consents", ConsentViewSet, basename="api-consent")
router.register("consent-documents", ConsentDocumentViewSet, basename="api-consent-document")
router.register("files", FileViewSet, basename="api-file")
router.register("courses", CourseViewSet, basename="api-course")
router.register("sessions", SessionViewSet, basename="api-session")
router.register("sessions/<uuid:id>/revisions", RevisionViewSet, basename="api-session-revision")
router.register("reviews", ReviewViewSet, basename="api-review")
router.register("retreatments", RetreatmentViewSet, basename="api-retreatment")
router.register("follow-ups", AskedFollowUpViewSet, basename="api-follow-up")
router.register("surveys", SurveyViewSet, basename="api-survey")
router.register("alerts", AlertViewSet, basename="api-alert")
router.register("calls", CallViewSet, basename="api-call")
router.register("pauses", PauseViewSet, basename="api-pause")
router.register("jobs", JobViewSet, basename="api-job")
router.register("scores", ScoreViewSet, basename="api-score")
router.register("products", ProductViewSet, basename="api-product")
router.register("lots", LotViewSet, basename="api-lot")
router.register("lots/<uuid:id>/exposed", ExposedViewSet, basename="api-exposed")
router.register("lot-movements", LotMovementViewSet, basename="api-lot-movement")
router.register("storage-readings", StorageReadingViewSet, basename="api-storage-reading")
router.register("lot-uses", LotUseViewSet, basename="api-lot-use")
router.register("recalls", RecallViewSet, basename="api-recall")
router.register("recall-cases", RecallCaseViewSet, basename="api-recall-case")
router.register("events", EventViewSet, basename="api-event")
router.register("reports/snapshots", SnapshotViewSet, basename="api-report-snapshot")
router.register("regulatory-reports", ReportViewSet, basename="api-regulatory-report")
router.register("medications", MedicationViewSet, basename="api-medication")
router.register("profiles", ProfileViewSet, basename="api-profile")

# /api/v1/
urlpatterns = [
    path("", include(router.urls)),
    path("instruments/", InstrumentListView.as_view(), name="api-instrument-list"),
    path("instruments/<str:code>/", InstrumentDetailView.as_view(), name="api-instrument-detail"),
    path("instruments/<str:code>/fhir/", InstrumentFhirView.as_view(), name="api-instrument-fhir"),
    path("reports/completeness/", CompletenessReportView.as_view(), name="api-report-completeness"),
    path("reports/outcomes/", OutcomeReportView.as_view(), name="api-report-outcomes"),
    *(path(f"reports/{kind.name}/", report_endpoint(kind).as_view(), name=f"api-report-{kind.name}") for kind in KINDS),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", api_docs, name="api-docs"),
    re_path("", NoSuchAddress.as_view()),
]
