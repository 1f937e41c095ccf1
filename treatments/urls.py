"""Courses and sessions. A course is opened at its patient's address, a session at its course's."""

from django.urls import path

from treatments import views

urlpatterns = [
    path("patients/<uuid:public_id>/courses/new/", views.open_course, name="open-course"),
    path("courses/<uuid:public_id>/sessions/new/", views.log_session, name="log-session"),
    path("sessions/<uuid:public_id>/", views.session, name="session"),
]
