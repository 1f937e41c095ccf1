"""What the embedded services do when a port is taken, something is missing, or a secret is at stake."""

import socket
import stat

import pytest

from clinic.embedded import binaries, contract, ports, run
from clinic.embedded.place import Memory, Place, write_secret


@pytest.fixture
def taken():
    with socket.create_server((ports.HOST, 0)) as server:
        yield server.getsockname()[1]


def test_taken_port_gives_the_next_one(taken):
    assert not ports.is_unused(taken)
    assert ports.first_unused(taken) > taken


def test_taken_port_is_said(taken, monkeypatch, capsys):
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.setenv("PORT", str(taken))
    port = run._web_port()
    assert port != taken
    assert f"Port {taken} is taken by another program; using {port}." in capsys.readouterr().out


def test_taken_port_of_site_url_is_refused(taken, monkeypatch):
    monkeypatch.setenv("SITE_URL", f"http://127.0.0.1:{taken}")
    with pytest.raises(SystemExit, match="which SITE_URL names, is taken"):
        run._web_port()


def test_missing_redis_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(binaries.shutil, "which", lambda _name: None)
    monkeypatch.setattr(binaries, "_package", lambda _name: None)
    with pytest.raises(SystemExit, match=r"apt-get install redis-server.*REDIS_URL"):
        binaries.redis(None, tmp_path)


def test_missing_postgres_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "_postgres_candidates", list)
    with pytest.raises(SystemExit, match=r"apt-get install postgresql.*DATABASE_URL"):
        binaries.postgres(None, tmp_path)


def test_data_of_a_version_that_is_gone_is_not_touched(monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "_postgres_candidates", list)
    with pytest.raises(SystemExit, match="made by PostgreSQL 15"):
        binaries.postgres(None, tmp_path, version=15)


def test_wheel_serves_where_nothing_is_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(binaries.shutil, "which", lambda _name: None)
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path)
    found = binaries.postgres(None, tmp_path)
    assert found.is_wheel
    assert found.version >= binaries.OLDEST_POSTGRES


def test_second_start_is_refused_while_one_runs(tmp_path):
    place = Place(tmp_path / "var")
    with place.held() as first, place.held() as second:
        assert (first, second) == (True, False)
    with place.held() as again:
        assert again


def test_memory_is_kept_and_closed_to_others(tmp_path):
    place = Place(tmp_path / "var")
    place.prepare()
    memory = Memory(postgres_port=1234)
    place.remember(memory)
    assert place.recall() == memory
    assert stat.S_IMODE((place.var / "memory.json").stat().st_mode) == 0o600


def test_secret_is_replaced_whole(tmp_path):
    path = tmp_path / "local.env"
    path.write_text("old")
    path.chmod(0o644)
    write_secret(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_secret_files_count_as_given(tmp_path):
    file = tmp_path / "key"
    file.write_text("from a file\n")
    environment = {"SECRET_KEY_FILE": str(file), "REDIS_URL": ""}
    assert contract.complete(environment, {"SECRET_KEY": "ours", "REDIS_URL": "ours"}) == {
        "SECRET_KEY_FILE": str(file),
        "REDIS_URL": "ours",
    }
    assert contract.value("SECRET_KEY", environment) == "from a file"
