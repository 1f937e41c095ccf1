"""What can be exported, column by column. One row a line, in the order in which they came."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import CharField, F, Func, OuterRef, QuerySet, SmallIntegerField, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from clinic.models import Clinic, ClinicRow, User, clinics_granting
from clinic.permissions import Permission
from outcomes.exports.columns import PSEUDONYM, Column, Kind
from outcomes.models import Answer, Outcome, Score

SURVEY, COURSE = "survey__", "survey__follow_up__course__"
DAY = "Days from the session from which days count to the day of the answers."


def _split(place: int) -> Func:
    """A part of an answer's item, which is like "peg.enjoyment"."""
    return Func(F("item"), Value("."), Value(place), function="split_part", output_field=CharField())


def _version() -> Func:
    """The version of the instrument that an answer's survey asked."""
    place = Func(F("survey__instruments"), _split(1), function="array_position")
    return Func(F("survey__versions"), place, template="(%(expressions)s]", arg_joiner=")[", output_field=CharField())


def _day_of_survey() -> Combinable:
    """The same for every score of a survey."""
    days = Score.objects.filter(survey=OuterRef("survey")).order_by("id").values("day")[:1]
    return Subquery(days, output_field=SmallIntegerField())


def _id(path: str) -> Cast:
    return Cast(path, CharField())


def _treated(course: str) -> tuple[Column, ...]:
    """Whom and what it is about. The first column is replaced by a pseudonym (``outcomes.exports.writing``)."""
    return (
        Column(
            "patient",
            f"{course}patient_id",
            "One person, by a name that means nothing anywhere else; the same in every export of this clinic until the "
            "server's keys change.",
            privacy=PSEUDONYM,
        ),
        Column(
            "course", _id(f"{course}public_id"), "One course of treatment, by its id in the API.", privacy=PSEUDONYM
        ),
        Column("modality", f"{course}treatment_type__modality", "prp, cell or exosome."),
        Column("treatment", f"{course}treatment_type__code", "The clinic's code for the treatment."),
        Column("region", f"{course}region", "Part of the body."),
        Column("side", f"{course}side", "left, right, or empty."),
    )


def _flag(name: str, meaning: str) -> Column:
    return Column(name, name, f"{meaning} Empty: undefined or not known.", Kind.YES_NO)


def _points(name: str, meaning: str) -> Column:
    return Column(name, name, meaning, Kind.DECIMAL, "points of the instrument")


RESPONDERS = (
    _flag("is_responder_30", "Improved by at least 30 % of the own baseline."),
    _flag("is_responder_50", "Improved by at least 50 % of the own baseline."),
)
HOW = (
    Column("mode", "mode", "How it was answered: link, tablet, phone, paper or in_person."),
    Column("language", "language", "In which language: en or es."),
)
INSTRUMENT = Column("instrument", "instrument", "Code of the scale.")
TIMEPOINT = Column("timepoint", "timepoint", 'Like "baseline" or "month 3".')
AGAIN = _flag("is_after_retreatment", "The target had been treated again by then.")


@dataclass(frozen=True)
class Dataset:
    """One kind of file. ``filters``: what may be asked for, by its name, and the path that it narrows."""

    name: str
    title: str
    model: type[ClinicRow]
    columns: tuple[Column, ...]
    filters: Mapping[str, str]

    def rows(self, clinic: Clinic, by: User, chosen: Mapping[str, str]) -> QuerySet[ClinicRow]:
        """The clinic's rows that ``chosen`` asks for, if ``by`` may export there; no query yet."""
        may = self.model._default_manager.filter(clinic_id__in=clinics_granting(by, Permission.ANSWERS_EXPORT))
        narrowed = {self.filters[name]: value for name, value in chosen.items()}
        return may.filter(clinic=clinic, **narrowed).order_by("id")


def _filters(course: str, instrument: str, timepoint: str) -> dict[str, str]:
    return {
        "modality": f"{course}treatment_type__modality",
        "region": f"{course}region",
        "instrument": instrument,
        "timepoint": timepoint,
    }


ANSWERS = Dataset(
    "answers",
    "Answers",
    Answer,
    (
        *_treated(COURSE),
        Column("timepoint", f"{SURVEY}follow_up__timepoint__name", TIMEPOINT.meaning),
        Column("day", _day_of_survey(), f"{DAY} Empty until it is sent in.", Kind.WHOLE, "days"),
        Column("instrument", _split(1), "Code of the instrument."),
        Column("version", _version(), "Its version as it was asked."),
        Column("item", _split(2), "Code of the question within the instrument."),
        Column(
            "value",
            "value",
            "As coded in the instrument's definition (API: instruments/{code}/). Empty: the patient skipped it.",
            Kind.WHOLE,
            "code or points of the question",
        ),
        Column("mode", f"{SURVEY}mode", HOW[0].meaning),
        Column("language", f"{SURVEY}language", HOW[1].meaning),
        Column("answered_by", f"{SURVEY}answered_by", "patient, helped or someone_else; empty until it is sent in."),
    ),
    _filters(COURSE, "item__startswith", f"{SURVEY}follow_up__timepoint__name"),
)
SCORES = Dataset(
    "scores",
    "Scores",
    Score,
    (
        *_treated("course__"),
        TIMEPOINT,
        Column("day", "day", DAY, Kind.WHOLE, "days"),
        INSTRUMENT,
        _points("value", "Empty: too few items were answered."),
        _points("baseline", "The score stored as its baseline; empty at baseline and where there is none."),
        *RESPONDERS,
        Column("band", "band", "1 better, 0 about the same, -1 worse than the baseline.", Kind.WHOLE),
        Column("excluded", "excluded", "Why reports leave it out; empty: they count it."),
        AGAIN,
        Column("scoring_version", "scoring_version", "Of the rules it was scored by.", Kind.WHOLE),
    ),
    _filters("course__", "instrument", "timepoint"),
)
OUTCOMES = Dataset(
    "outcomes",
    "Outcomes",
    Outcome,
    (
        *_treated("course__"),
        TIMEPOINT,
        Column("target_day", "target_day", "The day that the timepoint means.", Kind.WHOLE, "days"),
        Column("day", "day", DAY, Kind.WHOLE, "days"),
        INSTRUMENT,
        Column("status", "status", "obtained, missing, not_due, retreated or left, while on this episode."),
        Column("missing_reason", "missing_reason", "Why it is missing."),
        _flag("is_closed", "Its window is over."),
        _flag("is_due", "Its window is over, and the course was on this episode when it began."),
        _points("value", "Empty: nothing valid came; the status says why."),
        _points("baseline", "Empty at baseline, and where there is none."),
        Column("no_baseline", "no_baseline", "Why there is no baseline."),
        _points("improvement", "Positive: better off, whichever way the scale runs."),
        *RESPONDERS,
        _flag("is_mcid", "Improved by at least the published threshold."),
        _flag("is_worse", "Worse by at least the published threshold."),
        AGAIN,
        *(_flag(name, "A step on the way to the answer.") for name in ("is_treated", "was_consented", "was_sent")),
        *(_flag(name, "A step on the way to the answer.") for name in ("was_opened", "is_complete", "is_in_window")),
        Column("channel", "channel", "Of the first message: email or sms."),
        *HOW,
        _flag("is_imported", "It came with the clinic's history."),
        Column("rule_version", "rule_version", "Of the rules it was worked out by.", Kind.WHOLE),
    ),
    _filters("course__", "instrument", "timepoint"),
)
DATASETS: Mapping[str, Dataset] = {one.name: one for one in (ANSWERS, SCORES, OUTCOMES)}
