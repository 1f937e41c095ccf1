"""The Celery application. Redis only wakes workers; the rows in PostgreSQL are the queue."""

import os
from typing import Any

from celery import Celery, Task

from clinic.change_context import changing
from clinic.heartbeats import WorkerHeart

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")


class RecordedTask(Task):
    """What a task changes is recorded with the task's name."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with changing(task=self.name):
            return super().__call__(*args, **kwargs)


app = Celery("mendline", task_cls=RecordedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(WorkerHeart)
