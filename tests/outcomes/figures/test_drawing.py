"""Drawing: by a program of its own that may die, once a figure, and never by the process that asked."""

import json
import os
import re
import signal
import subprocess
import sys
import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse

from outcomes import actions, tasks
from outcomes.drawing import engine, kept, process
from outcomes.drawing.process import Drawer, NotDrawn
from outcomes.figures.theme import Variant
from tests.days import NOON
from tests.outcomes.figures.samples import EVERY
from tests.population import add_course
from treatments.models import Course

# Of a width that nobody else draws.
SPEC = kept.source(EVERY["flow"](width=373, variant=Variant.LIGHT))
OTHER = kept.source(EVERY["flow"](width=373, variant=Variant.DARK))


@pytest.fixture
def drawer():
    found = Drawer()
    yield found
    found.end()


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """Of figures: no other test has drawn with this engine. The cache is also that of whoever tests beside this process."""
    engine_of_this_test = str(uuid.uuid4())
    monkeypatch.setattr(kept, "_engine", lambda: engine_of_this_test)


@pytest.fixture
def orders(monkeypatch):
    """What the engine is asked for, while it draws as ever."""
    asked = []
    draw = process.draw
    monkeypatch.setattr(process, "draw", lambda *order: asked.append(order) or draw(*order))
    return asked


def test_a_figure_is_drawn_once_and_kept_for_more_than_a_day(orders):
    first, again = kept.svg(SPEC), kept.svg(SPEC)
    assert first == again
    assert first.startswith("<svg")
    assert kept.png(SPEC)[:4] == b"\x89PNG"
    assert kept.png(SPEC) == kept.png(SPEC)
    assert orders == [("svg", SPEC), ("png", SPEC)]
    seconds = cache._cache.get_client().ttl(cache.make_key(kept._key("svg", SPEC)))
    assert 24 * 60 * 60 < seconds <= kept.KEPT_SECONDS


def test_another_theme_or_another_engine_is_another_figure(orders, monkeypatch):
    assert kept.svg(SPEC) != kept.svg(OTHER)
    monkeypatch.setattr(kept, "_engine", lambda: f"newer {uuid.uuid4()}")
    kept.svg(SPEC)
    assert len(orders) == 3


def test_what_is_too_large_is_drawn_and_not_kept(orders, monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 100)
    assert kept.svg(SPEC) == kept.svg(SPEC)
    assert len(orders) == 2


def test_without_redis_figures_are_drawn_all_the_same(orders, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda key: None)
    monkeypatch.setattr(cache, "set", lambda *what: None)
    assert kept.svg(SPEC).startswith("<svg")


def test_a_program_that_died_is_replaced(drawer):
    before = drawer.draw("svg", SPEC)
    pid = drawer._program.pid
    os.kill(pid, signal.SIGKILL)
    assert drawer.draw("svg", SPEC) == before
    assert drawer._program.pid != pid


def test_a_program_that_hangs_is_ended_and_said(drawer):
    drawer.draw("svg", SPEC)
    hung = drawer._program
    hung.send_signal(signal.SIGSTOP)
    drawer._patience = 0.01
    with pytest.raises(NotDrawn, match="too long"):
        drawer.draw("svg", SPEC)
    assert hung.returncode == -signal.SIGKILL
    drawer._patience = process.PATIENCE
    assert drawer.draw("svg", SPEC).startswith(b"<svg")


def test_what_the_engine_refuses_is_said_and_the_next_figure_is_drawn(drawer):
    broken = json.dumps({"mark": "nonsense", "usermeta": {"title": ""}, "description": ""})
    with pytest.raises(NotDrawn):
        drawer.draw("svg", broken)
    assert drawer.draw("svg", SPEC).startswith(b"<svg")


# Python warns of threads that could hold a lock of a fork; those of this test have ended.
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_process_forked_after_drawing_draws_with_a_program_of_its_own(drawer):
    before = drawer.draw("svg", SPEC)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        drawn = drawer.draw("svg", SPEC) == before
        drawer.end()
        os.write(writing, b"same" if drawn else b"other")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 10) == b"same"
    assert drawer.draw("svg", SPEC) == before


def test_it_ends_of_itself_after_so_many_pictures_and_when_nobody_can_order(monkeypatch, tmp_path):
    monkeypatch.setattr(engine, "MOST_PICTURES", 2)
    monkeypatch.setattr(engine, "DRAWERS", {"svg": lambda spec: b"drawn"})
    for orders, answered in ((5, 2), (1, 1)):
        reading, writing = os.pipe()
        os.write(writing, b'["svg", "{}"]\n' * orders)
        os.close(writing)
        answers = tmp_path / "answers"
        engine.serve(reading, os.open(answers, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        assert answers.read_bytes() == b"[true, 5]\ndrawn" * answered


def test_it_ends_when_nothing_was_ordered_for_a_while(monkeypatch, tmp_path):
    monkeypatch.setattr(engine, "IDLE_SECONDS", 0.01)
    reading, writing = os.pipe()
    engine.serve(reading, os.open(tmp_path / "answers", os.O_WRONLY | os.O_CREAT))
    os.close(writing)


def test_a_web_process_never_loads_the_engine():
    code = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'clinic.settings'; import clinic.wsgi, sys"
    code += "; print('vl_convert' in sys.modules, 'outcomes.drawing.kept' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.split() == ["False", "True"]


def test_what_the_night_drew_nobody_waits_for(client, researcher, clinic, orders):
    for number in range(6):
        add_course(clinic, "prp", baseline=8, month_3=number % 5)
    actions.recompute_outcomes(course_ids=Course.objects.values_list("pk", flat=True), at=NOON)
    tasks.draw_figures()
    drawn = len(orders)
    assert drawn
    client.force_login(researcher)
    for page in ("reports", "report-outcomes", "report-trend", "report-change", "report-responders"):
        html = client.get(reverse(page)).content.decode()
        addresses = re.findall(r'(?:src|srcset)="(/api/[^"]*)"', html)
        assert addresses
        assert {client.get(address.replace("&amp;", "&")).status_code for address in addresses} == {200}
    assert len(orders) == drawn
    tasks.draw_figures()
    assert len(orders) == drawn
