"""Addresses of outcomes."""

from django.urls import path

from outcomes.views import reports, surveys

urlpatterns = [
    path("s/<str:token>/", surveys.welcome, name="survey-welcome"),
    path("s/<str:token>/<int:number>/", surveys.question, name="survey-question"),
    path("s/<str:token>/check/", surveys.check, name="survey-check"),
    path("s/<str:token>/done/", surveys.done, name="survey-done"),
    path("s/<str:token>/later/", surveys.later, name="survey-later"),
    path("reports/", reports.reports, name="reports"),
    path("reports/outcomes/", reports.report_outcomes, name="report-outcomes"),
]
