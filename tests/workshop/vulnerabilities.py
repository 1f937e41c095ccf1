"""Known vulnerabilities of what the image installs. ``python tests/workshop/vulnerabilities.py`` asks, a finding fails.

Where the service cannot be reached, that is said in one line and is no failure: a build must work without it.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASK = ["-m", "pip_audit", "--requirement", "requirements/base.txt", "--disable-pip", "--require-hashes"]
SECONDS = 120


def judged(report: str) -> tuple[str, int]:
    """What pip-audit's JSON means, in words, and the exit code. An empty report: the service did not answer."""
    try:
        packages = json.loads(report)["dependencies"]
    except ValueError:
        packages = []
    asked = [package for package in packages if "vulns" in package]
    if not asked:
        return "Vulnerabilities: not checked, the service of PyPI cannot be reached from here.", 0
    found = [(package, problem) for package in asked for problem in package["vulns"]]
    lines = [
        f"{package['name']} {package['version']}: {problem['id']}, mended in {', '.join(problem['fix_versions']) or 'no version yet'}"
        for package, problem in found
    ]
    return "\n".join([*lines, f"Vulnerabilities: {len(found)} in {len(asked)} packages."]), int(bool(found))


def main() -> int:
    """The exit code of this program."""
    command = [sys.executable, *ASK, "--progress-spinner", "off", "--timeout", "10", "--format", "json"]
    try:
        report = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS).stdout
    except subprocess.TimeoutExpired:
        report = ""
    said, code = judged(report)
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main())
