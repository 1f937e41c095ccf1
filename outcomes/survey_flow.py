"""The questions of one survey in the order asked, one a page. No Django, no database."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from outcomes import instruments
from outcomes.instruments import Item, Wording

LANGUAGE = "en"
SECONDS_A_QUESTION = 15


@dataclass(frozen=True)
class Choice:
    """One answer that can be given. ``meaning`` is the instrument's own word for an end of a scale, else empty."""

    value: int
    label: str
    meaning: str = ""


@dataclass(frozen=True, eq=False)
class Question:
    """One page of a survey; ``number`` counts from 1 to ``total``. Made once, so compared and hashed by identity."""

    number: int
    total: int
    instrument: str
    item: Item

    @property
    def key(self) -> str:
        """The name under which the answer is stored, like "peg.enjoyment"."""
        return f"{self.instrument}.{self.item.code}"

    @property
    def wording(self) -> Wording:
        return self.item.wording[LANGUAGE]

    @property
    def is_scale(self) -> bool:
        return self.item.kind == "scale"

    @property
    def is_last(self) -> bool:
        return self.number == self.total

    @property
    def rule(self) -> str:
        """What to do when nothing that is offered was chosen."""
        what = f"a number from {self.item.minimum} to {self.item.maximum}" if self.is_scale else "one answer"
        return f"Choose {what}, or skip this question"

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        values = range(self.item.minimum, self.item.maximum + 1)
        if not self.is_scale:
            return tuple(map(Choice, values, self.wording.options))
        ends = {self.item.minimum: self.wording.low, self.item.maximum: self.wording.high}
        return tuple(Choice(value, str(value), ends.get(value, "")) for value in values)

    def read(self, raw: str) -> int | None:
        """The offered value that ``raw`` spells exactly; None for anything else."""
        return next((choice.value for choice in self.choices if str(choice.value) == raw), None)

    def say(self, value: int) -> str:
        """An answer in the words it was given in."""
        return next(choice.label for choice in self.choices if choice.value == value)


@cache
def _questions(codes: tuple[str, ...]) -> tuple[Question, ...]:
    asked = [(code, item) for code in codes for item in instruments.get(code).items]
    return tuple(Question(number, len(asked), code, item) for number, (code, item) in enumerate(asked, start=1))


def questions_of(codes: Sequence[str]) -> tuple[Question, ...]:
    """Every question of these instruments, in order. Raises instruments.UnknownInstrument."""
    return _questions(tuple(codes))


def first_open(questions: Sequence[Question], reached: Container[str]) -> Question | None:
    """The first question that was neither answered nor skipped; None when all were."""
    return next((question for question in questions if question.key not in reached), None)


def minutes_for(questions: Sequence[Question]) -> int:
    """What to promise on the first page, in whole minutes, rounded up."""
    return -(-len(questions) * SECONDS_A_QUESTION // 60)
