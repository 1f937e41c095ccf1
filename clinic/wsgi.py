"""The WSGI entry point that gunicorn serves. It does not start as a database role that could look past the fences."""

import os
from contextlib import suppress

from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = get_wsgi_application()
# Models can be imported only now.
import_string("clinic.warm_up.warm_up")()
# A database that is away now is asked again by the first request.
with suppress(OperationalError):
    connection.ensure_connection()
    connection.close()
