"""Addresses of outcomes."""

from django.urls import path

from outcomes.views import (
    hooks,
    lots,
    message_texts,
    protocol_editor,
    protocol_schedule,
    protocols,
    recalls,
    reports,
    surveys,
    unsubscribing,
)

urlpatterns = [
    path("s/<str:token>/", surveys.welcome, name="survey-welcome"),
    path("s/<str:token>/<int:number>/", surveys.question, name="survey-question"),
    path("s/<str:token>/check/", surveys.check, name="survey-check"),
    path("s/<str:token>/done/", surveys.done, name="survey-done"),
    path("s/<str:token>/later/", surveys.later, name="survey-later"),
    path("stop/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("hooks/sms/status/", hooks.sms_status, name="hook-sms-status"),
    path("hooks/sms/inbound/", hooks.sms_inbound, name="hook-sms-inbound"),
    path("hooks/mail/", hooks.mail_events, name="hook-mail"),
    path("reports/", reports.reports, name="reports"),
    path("reports/outcomes/", reports.report_outcomes, name="report-outcomes"),
    path("setup/protocols/", protocols.protocols, name="protocols"),
    path("setup/protocols/new/", protocol_editor.protocol_new, name="protocol-new"),
    path("setup/protocols/<uuid:public_id>/", protocols.protocol, name="protocol"),
    path("setup/protocols/<uuid:public_id>/retire/", protocols.retire, name="protocol-retire"),
    path("setup/protocols/<uuid:public_id>/offer/", protocols.offer, name="protocol-offer"),
    path("setup/protocols/<uuid:public_id>/schedule/", protocol_schedule.protocol_schedule, name="protocol-schedule"),
    path("setup/messages/", message_texts.message_texts, name="message-texts"),
    path("setup/messages/<str:kind>/<str:channel>/<str:language>/", message_texts.message_text, name="message-text"),
    # A lot's page and a patient's lots show the scores that followed, so they are outcomes' pages.
    path("lots/<uuid:public_id>/", lots.lot, name="lot"),
    path("lots/<uuid:public_id>/recall/", recalls.recall_start, name="recall-start"),
    path("patients/<uuid:public_id>/lots/", lots.received_lots, name="received-lots"),
    path("recalls/", recalls.recalls, name="recalls"),
    path("recalls/<uuid:public_id>/", recalls.recall, name="recall"),
    path("recalls/<uuid:public_id>/add/", recalls.recall_add, name="recall-add"),
    path("recall-cases/<uuid:public_id>/", recalls.recall_case, name="recall-case"),
]
