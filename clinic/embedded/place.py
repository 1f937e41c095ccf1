"""What `make run` keeps between two starts, and where: everything under var/, or a folder named there."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from clinic.embedded import contract
from clinic.embedded.account import Account

ROOT = Path(__file__).resolve().parents[2]
# Where root keeps the data when the account that runs PostgreSQL cannot walk down to the checkout.
ELSEWHERE = Path("/var/lib/mendline")


@dataclass
class Memory:
    """Secrets and ports of the demo, the same on every start."""

    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    field_key: str = field(default_factory=contract.new_field_key)
    token_pepper: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    owner_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    application_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    redis_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    postgres_port: int | None = None
    redis_port: int | None = None
    services: str = ""
    # What the tables were last migrated by, and to.
    migrated: str = ""


@dataclass(frozen=True)
class Place:
    """The folder var/ of one checkout."""

    var: Path = ROOT / "var"

    @property
    def logs(self) -> Path:
        """One file for each process."""
        return self.var / "log"

    @property
    def mail(self) -> Path:
        """The Maildir of the demo's mail server, which makes it."""
        return self.var / "mail"

    @property
    def local_environment(self) -> Path:
        """The environment as settings.py reads it, for commands typed beside a running demo."""
        return self.var / "local.env"

    def prepare(self) -> None:
        """Make the folders; other users can pass through var/, not look into it."""
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            self.var.chmod(0o711)
            self.logs.chmod(0o700)
        except PermissionError:
            raise SystemExit(
                f"{self.var} belongs to another user of this machine; `make reset` as that user."
            ) from None

    def recall(self) -> Memory:
        """What earlier starts remembered, or a new memory."""
        file = self._memory_file()
        return Memory(**json.loads(file.read_text())) if file.exists() else Memory()

    def remember(self, memory: Memory) -> None:
        """Keep ``memory`` for the next start."""
        write_secret(self._memory_file(), json.dumps(asdict(memory), indent=1))

    def services_folder(self, memory: Memory, account: Account | None) -> Path:
        """Where the servers' data lie, reachable for ``account``; chosen once and remembered."""
        if not memory.services:
            memory.services = str(self.var / "services")
            if account and not account.can("test", "-x", str(self.var)):
                memory.services = str(ELSEWHERE / secrets.token_hex(8))
        folder = Path(memory.services)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
        return folder

    @contextlib.contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the place for this process; False when another process holds it. The kernel lets go at its end."""
        self.prepare()
        with (self.var / "run.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield True

    def holder(self) -> int:
        """The process that holds the place, or held it last."""
        return int((self.var / "run.lock").read_text() or 0)

    def delete(self) -> None:
        """Delete everything, also what lies elsewhere."""
        services = Path(self.recall().services or self.var / "services")
        for folder in (services, self.var):
            shutil.rmtree(folder, ignore_errors=True)
            if folder.exists():
                raise SystemExit(f"{folder} could not be deleted; does it belong to another user?")

    def _memory_file(self) -> Path:
        return self.var / "memory.json"


def write_secret(path: Path, content: str) -> None:
    """Replace ``path``; nobody but its owner can read it at any moment."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    fresh.replace(path)
