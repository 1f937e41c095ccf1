"""Courses and sessions. A course is opened at its patient's address, a session at its course's."""

from django.urls import path

from treatments import views
from treatments.views import completeness, events, lots, medications, products, profiles, retreatments, time_outs

urlpatterns = [
    path("patients/<uuid:public_id>/courses/new/", views.open_course, name="open-course"),
    path("courses/<uuid:public_id>/sessions/new/", views.log_session, name="log-session"),
    path("courses/<uuid:public_id>/retreatment/", retreatments.retreatment_new, name="retreatment-new"),
    path("retreatments/<uuid:public_id>/void/", retreatments.void, name="retreatment-void"),
    path("sessions/<uuid:public_id>/", views.session, name="session"),
    path("sessions/<uuid:public_id>/edit/", views.session_edit, name="session-edit"),
    path("sessions/<uuid:public_id>/void/", views.session_void, name="session-void"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<uuid:public_id>/", views.review, name="review"),
    path("reviews/<uuid:public_id>/reopen/", views.reopen, name="review-reopen"),
    path("reports/completeness/", completeness.completeness, name="completeness"),
    path("patients/<uuid:public_id>/medications/", medications.medications, name="medications"),
    path("patients/<uuid:public_id>/medications/new/", medications.medication_new, name="medication-new"),
    path("courses/<uuid:public_id>/profile/", profiles.course_profile, name="course-profile"),
    path("events/", events.events, name="events"),
    path("events/due/", events.reports_due, name="reports-due"),
    path("patients/<uuid:public_id>/events/new/", events.event_new, name="event-new"),
    path("events/<uuid:public_id>/", events.event, name="event"),
    path("events/<uuid:public_id>/edit/", events.event_edit, name="event-edit"),
    path("events/<uuid:public_id>/print/", events.event_print, name="event-print"),
    path("events/<uuid:public_id>/review/", events.review, name="event-review"),
    path("events/<uuid:public_id>/void/", events.void, name="event-void"),
    path("events/<uuid:public_id>/reports/<slug:kind>/sent/", events.mark_sent, name="report-sent"),
    path("setup/time-out/", time_outs.time_out_setup, name="time-out-setup"),
    path("setup/products/", products.products, name="products"),
    path("setup/products/new/", products.product_new, name="product-new"),
    path("setup/products/<uuid:public_id>/", products.product, name="product"),
    path("setup/products/<uuid:public_id>/retire/", products.retire_product, name="product-retire"),
    path("lots/", lots.lots, name="lots"),
    path("lots/receive/", lots.receive_lot, name="lot-receive"),
    path("lots/<uuid:public_id>/release/", lots.release_lot, name="lot-release"),
    path("lots/<uuid:public_id>/quarantine/", lots.quarantine_lot, name="lot-quarantine"),
    path("lots/<uuid:public_id>/discard/", lots.discard_lot, name="lot-discard"),
    path("lots/<uuid:public_id>/correct/", lots.correct_lot, name="lot-correct"),
    path("lots/<uuid:public_id>/readings/new/", lots.add_reading, name="lot-reading"),
    path("lots/<uuid:public_id>/certificate/", lots.add_certificate, name="lot-certificate"),
    path("lots/<uuid:public_id>/ledger.csv", lots.lot_ledger, name="lot-ledger"),
    path("lots/<uuid:public_id>/storage.csv", lots.lot_storage, name="lot-storage"),
]
