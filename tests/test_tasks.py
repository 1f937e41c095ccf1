"""OUT-LINT: tasks carry no data and none waits in Redis for its time; Celery works by the settings it was given."""

import ast
from collections.abc import Iterator

import pytest

from clinic.celery import app
from outcomes import tasks
from tests.test_house_rules import MODULES, breaking

# How a task is woken, and how long the wish lasts; never what for, never when.
OPTIONS = {"expires", "retry", "ignore_result", "args", "kwargs"}


def breaches(source: str) -> Iterator[str]:
    """What in this module's text would put data or a time into Redis."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(map(_makes_a_task, node.decorator_list)):
            yield from (f"{node.name} takes {one.arg}" for one in _parameters(node) if not _is_id(one.arg))
        if isinstance(node, ast.Call):
            yield from _of_call(node)


def _of_call(node: ast.Call) -> Iterator[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    keywords = {one.arg: one.value for one in node.keywords}
    yield from (f"{one}=" for one in ("countdown", "eta") if one in keywords)
    if name == "retry":
        yield ".retry()"
    if name in ("delay", "apply_async", "send_task"):
        given = list(node.args if name == "delay" else ())
        given += [keywords[one] for one in ("args", "kwargs") if one in keywords]
        yield from (f"{name}({ast.unparse(one)})" for one in given if not _is_ids(one))
        allowed = set() if name == "delay" else OPTIONS
        yield from (f"{name}({one}=)" for one in keywords if one not in allowed and not _is_id(one or ""))


def _makes_a_task(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(called).rpartition(".")[2] in {"task", "shared_task", "periodic_task"}


def _parameters(node: ast.FunctionDef) -> list[ast.arg]:
    given = node.args
    rest = [one for one in (given.vararg, given.kwarg) if one]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *rest]


def _is_id(name: str) -> bool:
    return name in {"id", "pk"} or name.endswith("_id")


def _is_ids(value: ast.expr) -> bool:
    if isinstance(value, ast.Tuple | ast.List):
        return all(map(_is_ids, value.elts))
    if isinstance(value, ast.Dict):
        return all(map(_is_ids, value.values))
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int) or (isinstance(value.value, str) and len(value.value) <= 40)
    return _is_id(ast.unparse(value).rpartition(".")[2])


def test_out_lint_nothing_but_ids_and_nothing_for_later_goes_into_redis():
    assert breaking(MODULES, lambda text: not list(breaches(text))) == []


@pytest.mark.parametrize(
    "source",
    [
        "send.apply_async(countdown=60)",
        "send.apply_async(eta=tomorrow)",
        "send.s().set(countdown=5)",
        "self.retry()",
        "send.delay(patient)",
        "send.delay(patient.email)",
        "send.delay(email=address)",
        "send.apply_async(args=[patient.pk, text])",
        "send.apply_async(kwargs={'to': address})",
        "app.send_task('send', args=(patient,))",
        "@shared_task\ndef send(email): ...",
        "@app.task(bind=True)\ndef send(self, patient): ...",
        "@shared_task()\ndef send(*, survey_id, words): ...",
        "@shared_task\ndef send(*rows): ...",
    ],
)
def test_out_lint_notices(source):
    assert list(breaches(source))


@pytest.mark.parametrize(
    "source",
    [
        "send.delay(patient.pk)",
        "send.delay(survey_id=survey.id)",
        "send.apply_async(args=[1, 'night'], expires=20, retry=False)",
        "send.apply_async(expires=20)",
        "@shared_task\ndef send(survey_id: int): ...",
        "@shared_task\ndef tick(): ...",
    ],
)
def test_out_lint_lets_ids_through(source):
    assert list(breaches(source)) == []


SETTINGS = {
    "result_backend": None,
    "task_ignore_result": True,
    "accept_content": ["json"],
    "task_serializer": "json",
    "enable_utc": True,
    "timezone": "UTC",
    "task_acks_late": True,
    "task_reject_on_worker_lost": False,
    "task_time_limit": 240,
    "task_soft_time_limit": 200,
    "worker_prefetch_multiplier": 1,
    "worker_max_tasks_per_child": 200,
    "worker_max_memory_per_child": 300_000,
    # True would let a short absence of Redis kill workers while they send, and leave messages unknown.
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_soft_shutdown_timeout": 30,
    "worker_enable_soft_shutdown_on_idle": True,
    "broker_connection_retry_on_startup": True,
    "task_publish_retry": False,
}
TRANSPORT = {
    "visibility_timeout": 600,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
}


@pytest.mark.parametrize("name", SETTINGS)
def test_celery_works_by_this_setting(name):
    assert app.conf[name] == SETTINGS[name]


def test_redis_is_spoken_to_by_these_settings():
    assert app.conf.broker_transport_options.items() >= TRANSPORT.items()
    assert app.conf.broker_transport_options["global_keyprefix"]
    assert app.conf.broker_url.startswith("redis")


def test_no_task_outlives_the_time_after_which_redis_hands_it_out_again():
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < TRANSPORT["visibility_timeout"]


def test_what_beat_plays_is_played_again_when_its_worker_dies_and_nothing_else_is():
    assert tasks.tick.reject_on_worker_lost is tasks.sweep.reject_on_worker_lost is True
    assert not tasks.deliver.reject_on_worker_lost


def test_what_beat_wakes_for_is_forgotten_before_it_is_due_again_and_again():
    every = {
        name: entry for name, entry in app.conf.beat_schedule.items() if isinstance(entry["schedule"], int | float)
    }
    assert {"tick", "sweep"} <= set(every)
    assert every["sweep"]["schedule"] == 60
    assert all(entry["options"]["expires"] <= 60 for entry in every.values())
    assert all(not entry.get("args") and not entry.get("kwargs") for entry in app.conf.beat_schedule.values())
