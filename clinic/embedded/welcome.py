"""The box that `make run` ends with."""

from collections.abc import Mapping

from clinic.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from clinic.embedded.place import Place


def show(environment: Mapping[str, str], place: Place, seconds: float) -> None:
    """Print where Mendline is, who can log in, and where its e-mails are read."""
    site = environment["SITE_URL"].rstrip("/")
    lines = [f"Mendline is ready after {seconds:.0f} seconds:  {site}/", ""]
    if environment["DEMO"] == "1":
        width = max(len(role.label) for role, _name, _email in DEMO_ACCOUNTS)
        lines += ["Log in as                  Password for all: " + DEMO_PASSWORD]
        lines += [f"  {role.label:<{width}}  {email}" for role, _name, email in DEMO_ACCOUNTS]
        lines += ["", f"E-mails of the demo:  {site}/demo/mail/"]
    lines += [f"Logs:                 {place.logs}/", "Ctrl-C stops everything; `make reset` starts over."]
    print(_box(lines), flush=True)


def _box(lines: list[str]) -> str:
    width = max(map(len, lines))
    edge = "─" * (width + 2)
    return "\n".join([f"┌{edge}┐", *(f"│ {line:<{width}} │" for line in lines), f"└{edge}┘"])
