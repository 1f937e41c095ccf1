"""Addresses behind which something breaks, in the API and beside it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from clinic.urls import handler500
from clinic.urls import urlpatterns as usual

__all__ = ["handler500"]


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the disk is full")


urlpatterns = [path("api/v1/broken/", breaks), path("broken/", breaks), *usual]
