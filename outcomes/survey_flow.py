"""The questions of one survey in the order asked, one a page. No Django, no database."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from outcomes.instruments import LANGUAGES, Instrument, Item, Wording

ENGLISH = LANGUAGES[0]
SECONDS_A_QUESTION = 15
DIGITS = frozenset("0123456789")


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
    language: str

    @property
    def key(self) -> str:
        """The name under which the answer is stored, like "peg.enjoyment"."""
        return f"{self.instrument}.{self.item.code}"

    @property
    def wording(self) -> Wording:
        return self.item.wording[self.language]

    @property
    def is_scale(self) -> bool:
        return self.item.kind == "scale"

    @property
    def is_0_to_10(self) -> bool:
        return self.is_scale and (self.item.minimum, self.item.maximum) == (0, 10)

    @property
    def is_number(self) -> bool:
        return self.item.kind == "number"

    @property
    def is_last(self) -> bool:
        return self.number == self.total

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """What there is to choose from; of a number that is typed, every one it may be."""
        values = range(self.item.minimum, self.item.maximum + 1)
        if self.item.kind == "choice":
            return tuple(map(Choice, values, self.wording.options))
        ends = {self.item.minimum: self.wording.low, self.item.maximum: self.wording.high}
        return tuple(Choice(value, str(value), ends.get(value, "")) for value in values)

    def read(self, raw: str) -> int | None:
        """The offered value that ``raw`` spells in plain digits; None for anything else."""
        digits = raw.strip() if self.is_number else raw
        if not digits or len(digits) > 3 or not DIGITS.issuperset(digits):
            return None
        value = int(digits)
        is_offered = self.item.minimum <= value <= self.item.maximum
        return value if is_offered and (self.is_number or digits == str(value)) else None

    def say(self, value: int) -> str:
        """An answer in the words it was given in."""
        return self.choices[value - self.item.minimum].label


@lru_cache(maxsize=1024)
def _questions(instruments: tuple[Instrument, ...], language: str) -> tuple[Question, ...]:
    asked = [(one.code, item) for one in instruments if language in one.languages for item in one.items]
    return tuple(
        Question(number, len(asked), code, item, language) for number, (code, item) in enumerate(asked, start=1)
    )


def questions_of(instruments: tuple[Instrument, ...], language: str) -> tuple[Question, ...]:
    """Every question of these instruments in this language, in order; an instrument without words in it is left out.

    Where none has any, they are asked in English.
    """
    return _questions(instruments, language) or _questions(instruments, ENGLISH)


def first_open(questions: Sequence[Question], reached: Container[str]) -> Question | None:
    """The first question that was neither answered nor skipped; None when all were."""
    return next((question for question in questions if question.key not in reached), None)


def minutes_for(questions: Sequence[Question]) -> int:
    """What to promise on the first page, in whole minutes, rounded up."""
    return -(-len(questions) * SECONDS_A_QUESTION // 60)
