"""Bare Django with the requests of a survey: every request is one INSERT through the ORM, and a page that is constant.

The same sequence of requests as Mendline's (welcome, start, five questions, check, send, done), without tokens,
templates, validation, locks or scores, and with no middleware but the one that sets Content-Length.
"""

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.configure(
    SECRET_KEY="bare",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="benchmarks.bare_django.pages",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    INSTALLED_APPS=["benchmarks.bare_django"],
    DATABASES={"default": {**environ.Env().db("DATABASE_URL"), "CONN_MAX_AGE": 60}},
    USE_TZ=True,
)

application = get_wsgi_application()
