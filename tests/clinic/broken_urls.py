"""Addresses behind which something breaks, in the API and beside it."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.models import Clinic, User
from clinic.urls import handler500
from clinic.urls import urlpatterns as usual
from clinic.viewsets import SignedInView

__all__ = ["handler500"]


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the disk is full")


class BrokenView(SignedInView):
    """A view of the API whose inside breaks in one way or another."""

    def get(self, request: Request, how: str) -> Response:
        if how == "sql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT secret FROM no_such_table")
        if how == "key":
            User(pk=request.user.pk, email=request.user.email).save(force_insert=True)
        return Response(Clinic.objects.get(name="no such clinic"))


urlpatterns = [
    path("api/v1/broken/<str:how>/", BrokenView.as_view()),
    path("api/v1/broken/", breaks),
    path("broken/", breaks),
    *usual,
]
