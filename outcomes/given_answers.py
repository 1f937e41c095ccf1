"""The answers of one check-in in the words and at the versions they were given on, and its scores worked out anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from outcomes.actions.scores import values_of
from outcomes.asking import instruments_of
from outcomes.instruments import LANGUAGES, Instrument, Item
from outcomes.models import Answer, Score, Survey
from outcomes.survey_flow import Question
from treatments.places import place_for_patient


@dataclass(frozen=True)
class GivenAnswer:
    """One question as it was put. ``answer`` is None when it was skipped."""

    text: str
    language: str
    instrument: str
    version: str
    answer: str | None


@dataclass(frozen=True)
class GivenScore:
    """A score as it was stored, and as today's rules make it from the same answers."""

    name: str
    stored: Decimal | None
    now: Decimal | None
    excluded: str

    @property
    def differs(self) -> bool:
        return self.stored != self.now


def given_to(survey: Survey) -> dict[str, int | None]:
    """What was answered, by the key of the item; None for what was skipped. One query."""
    return dict(Answer.objects.filter(survey=survey).values_list("item", "value"))


def answers_of(survey: Survey, given: Mapping[str, int | None]) -> list[GivenAnswer]:
    """Every question that was answered or skipped, in the order asked."""
    return [
        _given(survey, instrument, item, given[key])
        for instrument in instruments_of(survey)
        for item in instrument.items
        if (key := f"{instrument.code}.{item.code}") in given
    ]


def _given(survey: Survey, instrument: Instrument, item: Item, value: int | None) -> GivenAnswer:
    language = next(name for name in (survey.language, *LANGUAGES) if name in item.wording)
    course = survey.follow_up.course
    asked = Question(1, 1, instrument.code, item, language)
    return GivenAnswer(
        text=asked.wording.text.replace("{target}", place_for_patient(course.target, course.side, language)),
        language=language,
        instrument=instrument.name,
        version=instrument.version,
        answer=None if value is None else asked.say(value),
    )


def scores_of(survey: Survey, given: Mapping[str, int | None], stored: Iterable[Score]) -> list[GivenScore]:
    """Each scale that the survey is scored into. One query."""
    by_code = {score.instrument: score for score in stored}
    found = []
    for scale, now in values_of(survey, given):
        score = by_code.get(scale.code)
        excluded = score.get_excluded_display() if score and score.excluded else ""
        found.append(GivenScore(scale.name, score.value if score else None, now, excluded))
    return found
