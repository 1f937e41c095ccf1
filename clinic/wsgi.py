"""The WSGI entry point that gunicorn serves. It does not start as a database role that could look past the fences."""

import os
from contextlib import suppress

from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = get_wsgi_application()
# A database that is away now is asked again by the first request.
with suppress(OperationalError):
    connection.ensure_connection()
    connection.close()
