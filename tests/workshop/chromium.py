"""The browser for the browser test: found on this machine, else fetched. ``python tests/workshop/chromium.py`` does it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-dejavu-core")
SECONDS_TO_INSTALL = 600


def find() -> str | None:
    """The path of a Chromium on PATH or of Playwright's own; None when there is neither."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def fetch() -> bool:
    """Install one: Debian's package when we may, else Playwright's own download."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's Chromium for the browser test ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--quiet", "--yes", "--no-install-recommends", *PACKAGES]
        if all(_succeeds(command, environment) for command in (["apt-get", "update", "--quiet"], install)) and find():
            return True
    print("Downloading Playwright's Chromium for the browser test ...", flush=True)
    return (
        _succeeds([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ)) and find() is not None
    )


def _succeeds(command: list[str], environment: dict[str, str]) -> bool:
    try:
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, timeout=SECONDS_TO_INSTALL)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


if __name__ == "__main__" and not find() and not fetch():
    sys.exit(
        "The browser test needs Chromium, and neither Debian's package nor Playwright's download could be had. "
        "Install Chromium or Google Chrome so that it is on PATH, and try again."
    )
