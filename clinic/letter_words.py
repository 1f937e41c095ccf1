"""What Mendline writes to people who work at a clinic. Pure words: no patient, no password, at most one link."""

from clinic.models import StaffLetter

Kind = StaffLetter.Kind
_NOT_YOU = "If this was not you, tell a manager of your clinic at once."

SUBJECTS = {
    Kind.INVITATION: "You are invited to Mendline",
    Kind.PASSWORD_RESET: "A new password for Mendline",
    Kind.PASSWORD_CHANGED: "Your Mendline password was changed",
    Kind.FACTOR_CHANGED: "How you sign in to Mendline was changed",
    Kind.FACTOR_RESET: "Your second factor for Mendline was reset",
    Kind.ALERT: "An answer needs a person now",
    Kind.ALERT_WAITS: "An answer still waits for a person",
    Kind.MONTHLY_REPORT: "Your monthly report",
}
BODIES = {
    Kind.INVITATION: (
        "{about} invites you to Mendline, where the clinic keeps its treatments and how they turned out.\n\n"
        "Open this link within seven days, and choose a password:\n\n{link}\n\n"
        "The link works once and only for this address. If you did not expect it, delete this message."
    ),
    Kind.PASSWORD_RESET: (
        "Somebody, probably you, asked for a new password for this address.\n\n"
        "Open this link within an hour, and choose one:\n\n{link}\n\n"
        "If it was not you, delete this message: your password stays as it is."
    ),
    Kind.PASSWORD_CHANGED: f"Your password was changed, and your other sessions have ended. {_NOT_YOU}",
    Kind.FACTOR_CHANGED: f"{{about}} {_NOT_YOU}",
    Kind.FACTOR_RESET: (
        "Two managers of {about} have reset your second factor. When you next sign in, you set up a new one. "
        f"{_NOT_YOU}"
    ),
    Kind.ALERT: "An answer needs a person now. Open:\n\n{link}\n\nWrite down there what was said; that closes it.",
    Kind.ALERT_WAITS: (
        "An answer needs a person, and nobody has taken it on for {about} working hours. Open:\n\n{link}\n\n"
        "Write down there what was said; that closes it."
    ),
    Kind.MONTHLY_REPORT: (
        "The report of this month is kept. Open it after signing in:\n\n{link}\n\n"
        "Its numbers stay as they are now. Whether it comes is set under Reports, Snapshots."
    ),
}


def subject_of(kind: str) -> str:
    """The subject line; it never names the clinic."""
    return SUBJECTS[Kind(kind)]


def body_of(kind: str, *, about: str, link: str) -> str:
    """The text of the letter."""
    return f"Hello,\n\n{BODIES[Kind(kind)].format(about=about, link=link)}\n\nMendline\n"
