"""The addresses of a demo, which the tests themselves do not run as."""

from django.urls import include, path

from clinic.urls import urlpatterns as usual

urlpatterns = [path("demo/mail/", include("clinic.demo_mail")), path("style/", include("clinic.demo_style")), *usual]
