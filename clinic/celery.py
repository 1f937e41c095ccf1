"""The Celery application. Redis only wakes workers; the rows in PostgreSQL are the queue."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

app = Celery("mendline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
