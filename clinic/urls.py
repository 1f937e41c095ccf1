"""Every address, by prefix."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("clinic.api")),
    path("", include("outcomes.urls")),
]
