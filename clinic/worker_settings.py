"""How Celery works: its broker, how long a task may take, and what beat starts when."""

from pathlib import Path

from celery.schedules import crontab

from clinic import environment

REDIS_URL = environment.required("REDIS_URL", "redis://cache:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_throttle": 1,
    "global_keyprefix": "mendline:",
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
# Both stay under the visibility timeout, so no message is handed out twice while it is being worked on.
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SOFT_TIME_LIMIT = 200
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "clinic.heartbeats.Scheduler"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
# After an hour without workers one tick catches up, not a hundred and twenty.
_soon_or_never, _that_night = {"expires": 60}, {"expires": 3600}
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "outcomes.tasks.tick",
        "schedule": environment.number("TICK_SECONDS", 30),
        "options": _soon_or_never,
    },
    "outcomes": {"task": "outcomes.tasks.work_out_outcomes", "schedule": 30, "options": _soon_or_never},
    "windows": {"task": "outcomes.tasks.close_windows", "schedule": crontab(hour=3, minute=40), "options": _that_night},
    "figures": {"task": "outcomes.tasks.draw_figures", "schedule": crontab(hour=4, minute=0), "options": _that_night},
    "reports": {"task": "outcomes.tasks.work_out_reports", "schedule": 5, "options": _soon_or_never},
    "monthly": {"task": "outcomes.tasks.monthly_reports", "schedule": crontab(minute=10), "options": _soon_or_never},
    "sweep": {"task": "outcomes.tasks.sweep", "schedule": 60, "options": _soon_or_never},
    "letters": {"task": "clinic.tasks.send_letters", "schedule": 10, "options": _soon_or_never},
    "patient_letters": {"task": "clinic.tasks.send_to_patients", "schedule": 10, "options": _soon_or_never},
    "trials": {"task": "outcomes.tasks.send_trials", "schedule": 5, "options": _soon_or_never},
    "tidy": {"task": "clinic.tasks.tidy", "schedule": crontab(hour=4, minute=20), "options": _that_night},
    "seal": {"task": "clinic.tasks.seal", "schedule": 15, "options": _soon_or_never},
    "anchor": {"task": "clinic.tasks.anchor", "schedule": crontab(hour=0, minute=5)},
    "verify": {"task": "clinic.tasks.verify", "schedule": crontab(hour=2, minute=30)},
}
# Beat writes down here when it last ticked, and does not make the folder.
_var = Path(__file__).resolve().parent.parent / "var"
_var.mkdir(exist_ok=True)
CELERY_BEAT_SCHEDULE_FILENAME = str(_var / "beat-schedule")
