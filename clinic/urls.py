"""Every address, by prefix."""

from django.urls import URLPattern, URLResolver, include, path, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("outcomes.urls")),
]
