"""The unprivileged account that runs the services when we are root: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Accounts that exist already, so that a demo adds nothing to the machine's list of users.
CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user of this machine without privileges."""

    name: str
    uid: int
    gid: int

    def can(self, *command: str) -> bool:
        """Whether this account can run ``command`` with success."""
        try:
            done = subprocess.run(
                command, user=self.uid, group=self.gid, extra_groups=[], cwd="/", capture_output=True, timeout=20
            )
        except OSError:
            return False
        return done.returncode == 0

    def own(self, folder: Path) -> None:
        """Make ``folder`` and all in it this account's, closed to others."""
        folder.chmod(0o700)
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def unprivileged() -> Account | None:
    """The account to run services as; None when this process has no privileges to drop."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise SystemExit(f"Root cannot run PostgreSQL, and this machine has none of the users {', '.join(CANDIDATES)}.")


def copy_for(account: Account, source: Path, target: Path) -> Path:
    """A copy of the folder ``source`` that ``account`` can read and run, in place of an earlier one."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    account.own(target)
    return target
