"""What each entry of a time line says, in words for staff. Pure; addresses of pages aside."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse

from clinic.audit_words import label, said
from outcomes.how_answered import HELP
from outcomes.models import Alert, Call, Delivery, Survey
from outcomes.red_flags import rule_of
from outcomes.standings import BY
from outcomes.timelines.page import Happening
from outcomes.timelines.sources import CHANGES, TOLD_FIELDS
from patients.models import Consent, ConsentKind, Patient
from treatments.models import AdverseEvent, Retreatment

Words = Mapping[str, Any]
UNSURE = {"unknown", "bounced_soft", "bounced_hard", "complained", "failed", "dead", "suppressed"}


@dataclass(frozen=True)
class Line:
    """One entry: ``tone`` is "key" for treatment, "alert" for red flags, else ""; ``has_day`` where no hour is known."""

    at: dt.datetime
    icon: str
    title: str
    detail: str = ""
    who: str = ""
    href: str = ""
    tone: str = ""
    tags: list[str] = field(default_factory=list)
    is_struck: bool = False
    has_day: bool = False


@dataclass(frozen=True)
class _Kind:
    icon: str
    title: Callable[[Words], str]
    detail: Callable[[Words], str] = lambda words: ""
    page: str = ""
    tone: Callable[[Words], str] = lambda words: ""
    is_struck: Callable[[Words], bool] = lambda words: False
    has_day: bool = False


def line_of(happening: Happening) -> Line:
    """The entry in words; a session's are told by ``outcomes.timelines.sessions``, which knows what was injected."""
    kind, words = _KINDS[happening.kind], happening.words
    return Line(
        at=happening.at,
        icon=kind.icon,
        title=kind.title(words),
        detail=kind.detail(words),
        who=happening.who,
        href=reverse(kind.page, args=[happening.ref]) if kind.page else "",
        tone=kind.tone(words),
        is_struck=kind.is_struck(words),
        has_day=kind.has_day,
    )


def _about(words: Words) -> str:
    return str(words["timepoint"]).capitalize()


def _answered(words: Words) -> str:
    pain = "" if words["pain"] is None else f": pain {Decimal(str(words['pain'])).normalize():f}"
    return f"{_about(words)} answered{pain}"


def _how(words: Words) -> str:
    said = [Survey.Mode(words["mode"]).label if words["mode"] else "", HELP.get(words["by"], ""), _minutes(words)]
    return " · ".join(filter(None, [*said, "in Spanish" if words["language"] == "es" else ""]))


def _minutes(words: Words) -> str:
    """How long it took, where the patient answered in one go."""
    if not words["began"] or words["mode"] in Survey.ASSISTED_MODES:
        return ""
    took = dt.datetime.fromisoformat(words["ended"]) - dt.datetime.fromisoformat(words["began"])
    minutes, seconds = divmod(round(took.total_seconds()), 60)
    return f"{minutes} min {seconds} s" if 0 < took.total_seconds() < 3600 else ""


def _message(words: Words) -> str:
    kind, status = Delivery.Kind(words["message"]).label, Delivery.Status(words["status"])
    state = "not sent" if status in ("suppressed", "dead") else status.label.lower()
    return f"{_about(words)}: {kind.lower()} {BY[words['channel']]}, {state}"


def _call(words: Words) -> str:
    return f"Call about {words['timepoint']}: {Call.Outcome(words['outcome']).label.lower()}"


def _rule(words: Words) -> str:
    rule = rule_of(words["rule"])
    return rule.title if rule else str(words["rule"])


def _level(words: Words) -> str:
    return str(Alert.Level(words["level"]).label)


def _closed(words: Words) -> str:
    return f"{_level(words)} closed: {Alert.Outcome(words['outcome']).label.lower()}"


def _event(words: Words) -> str:
    return f"Adverse event: {words['term']}, grade {AdverseEvent.Grade(words['grade']).label.lower()}"


def _error(words: Words) -> str:
    return f"Entered in error: {words['reason']}" if words["error"] else ""


def _document(words: Words) -> str:
    return f"{ConsentKind(words['document']).label}, version {words['version']}"


def _red(words: Words) -> str:
    return "alert" if words["level"] == Alert.Level.RED else ""


def _fields(words: Words) -> str:
    """Which details changed, each with what it said before; what was erased since has nothing to tell."""
    old, new = words["old"], words["new"]
    if not old:
        return ""
    fields = [Patient._meta.get_field(name) for name in TOLD_FIELDS if old[name] != new[name]]
    return "; ".join(
        f"{_label(one)}: {said(one, old[one.name], {})} → {said(one, new[one.name], {})}" for one in fields
    )


def _label(field: Any) -> str:
    name = label(field)
    return name[:1].upper() + name[1:]


_KINDS = {
    "course": _Kind(
        "plus",
        lambda words: f"Course opened: {words['complaint']}",
        lambda words: str(words["treatment"]),
        has_day=True,
    ),
    "retreatment": _Kind(
        "syringe",
        lambda words: f"{Retreatment.Kind(words['retreatment']).label}, outside this course",
        lambda words: " · ".join(filter(None, [words["complaint"], words["note"]])),
        has_day=True,
    ),
    "answered": _Kind("survey", _answered, _how, "check-in"),
    "called_off": _Kind(
        "survey", lambda words: f"{_about(words)} called off", lambda words: words["reason"], "check-in"
    ),
    "missed": _Kind(
        "survey", lambda words: f"{_about(words)} not answered", lambda words: "Its time is over.", has_day=True
    ),
    "call": _Kind(
        "phone", _call, lambda words: words["note"], "call", is_struck=lambda words: bool(words["taken_back"])
    ),
    "message": _Kind(
        "mail", _message, lambda words: words["reason"] if words["status"] in UNSURE else "", page="check-in"
    ),
    "pause": _Kind("clock", lambda words: f"Messages paused: {words['reason']}"),
    "resumed": _Kind("clock", lambda words: "Pause of messages ended"),
    "alert": _Kind("flag", lambda words: f"{_level(words)}: {_rule(words)}", page="alert", tone=_red),
    "alert_closed": _Kind("check", _closed, lambda words: f"“{words['said']}”", page="alert"),
    "event": _Kind("warn", _event, _error, "event", is_struck=lambda words: bool(words["error"])),
    "signed": _Kind(
        "check",
        lambda words: f"Signed: {_document(words)}",
        lambda words: str(Consent.Way(words["way"]).label),
        page="consent",
    ),
    "withdrawn": _Kind("info", lambda words: f"Withdrawn: {_document(words)}", page="consent"),
    "medicines": _Kind("info", lambda words: "Pain medicines asked", has_day=True),
    "merged": _Kind("info", lambda words: f"Merged: chart no. {words['charts']}"),
    "unmerged": _Kind("info", lambda words: f"Merge undone: chart no. {words['charts']}"),
    "registered": _Kind("user", lambda words: "Added to the clinic’s patients"),
    "changed": _Kind("info", lambda words: CHANGES[words["route"]], _fields),
}
