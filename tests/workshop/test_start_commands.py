"""The commands that `make run` starts are the ones production starts."""

import json
import re
from pathlib import Path

import pytest
import yaml

from clinic.embedded.processes import procfile

ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_compose_starts_the_procfile_s_command(name):
    assert SERVICES[name]["command"].split() == procfile()[name]


def test_compose_has_every_process_of_the_procfile():
    assert set(procfile()) <= set(SERVICES)


def test_the_image_serves_the_web_process():
    command = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.M)
    assert command
    assert json.loads(command.group(1)) == procfile()["web"]


def test_every_service_tells_whether_it_is_healthy():
    silent = {name for name, service in SERVICES.items() if "healthcheck" not in service}
    # The image checks web itself; the mail catcher is for trying things out.
    assert silent == {"web", "mail-catcher"}


def test_data_outlive_their_containers():
    # Where version 18 of the PostgreSQL image keeps its data; the older path would be lost with the container.
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]
    assert "--appendonly yes" in SERVICES["redis"]["command"]
