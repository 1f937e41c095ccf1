"""The building: the floor every app stands on (staff, permissions) and the roof that wires it together."""

from clinic.celery import app as celery_app

__all__ = ["celery_app"]
