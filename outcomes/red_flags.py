"""Which answers need a person now: the rules of ``rules/red_flags.toml``, judged. No Django, no database, no clock."""

import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "rules" / "red_flags.toml"
RED, AMBER = "red", "amber"
RATHER_NOT_SAY = 2
# The most urgent first: the order in which a patient reads what to do.
MESSAGES = ("emergency", "nerve", "self_harm", "infection")


@dataclass(frozen=True)
class Treatment:
    """One session that counts: how many days ago in the clinic's calendar, what was given, and whether of this course."""

    day: int
    modality: str
    is_from_donor: bool
    is_of_course: bool


@dataclass(frozen=True)
class Situation:
    """What one survey's answers are judged in. ``answers``: by key, like "safety.fever"; None was skipped.

    ``treatments`` is asked only when answers hit a rule that counts days.
    """

    answers: Mapping[str, int | None]
    region: str
    treatments: Callable[[], tuple[Treatment, ...]] = tuple
    baselines: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One red flag. Documented in the file it comes from."""

    code: str
    version: str
    title: str
    level: str
    message: str = ""
    items: tuple[str, ...] = ()
    needs: str = "all"
    values: tuple[int, ...] = ()
    days: tuple[int, int] | None = None
    regions: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    from_donor: bool = False
    lot_check: bool = False
    at_least: int | None = None
    rises_by: int | None = None

    @property
    def is_about_score(self) -> bool:
        """Judged when the answers are sent, not while they are given."""
        return self.at_least is not None or self.rises_by is not None

    def hit_by(self, situation: Situation) -> tuple[str, ...]:
        """The items whose answers hit this rule; empty when it is not hit."""
        if self.regions and situation.region not in self.regions:
            return ()
        hits = self.answered_by(situation)
        return hits if hits and self._fits_treatment(situation) else ()

    def answered_by(self, situation: Situation) -> tuple[str, ...]:
        """The items whose answers are those of this rule, whatever was treated when; empty when they are not enough."""
        hits = tuple(item for item in self.items if self._hits(item, situation))
        return hits if self.needs == "any" or len(hits) == len(self.items) else ()

    def _hits(self, item: str, situation: Situation) -> bool:
        value = situation.answers.get(item)
        if value is None:
            return False
        if not self.is_about_score:
            return value in self.values
        if self.at_least is not None:
            return value >= self.at_least
        baseline = situation.baselines.get(item)
        return baseline is not None and self.rises_by is not None and value - baseline >= self.rises_by

    def _fits_treatment(self, situation: Situation) -> bool:
        """Whether the last session that this rule is about is within its days."""
        if self.days is None:
            return True
        first, last = self.days
        days = [one.day for one in situation.treatments() if self._is_about(one)]
        return bool(days) and first <= min(days) <= last

    def _is_about(self, treatment: Treatment) -> bool:
        return (
            (treatment.is_of_course or not self.is_about_score)
            and (not self.modalities or treatment.modality in self.modalities)
            and (treatment.is_from_donor or not self.from_donor)
        )


@dataclass(frozen=True)
class Hit:
    """A rule that was hit, and by which answers (none: by the patient's own words)."""

    rule: Rule
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleBook:
    """Every rule, who checked them, and until when."""

    rules: tuple[Rule, ...]
    about_words: Rule
    words: Mapping[str, tuple[str, ...]]
    source: str
    checked_by: str
    next_review: dt.date


@cache
def rule_book() -> RuleBook:
    """The rules that ship with Mendline."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    remark = raw["remark"]
    words = {language: tuple(map(_plain, listed)) for language, listed in remark.pop("words").items()}
    rules = tuple(_rule(one) for one in raw["rules"])
    return RuleBook(rules, _rule(remark), words, raw["source"], raw["checked_by"], raw["next_review"])


def _rule(raw: dict[str, Any]) -> Rule:
    frozen: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
    return Rule(**frozen)


@cache
def rule_of(code: str) -> Rule | None:
    """The rule with this code as it is now; None for one that is gone."""
    book = rule_book()
    return next((rule for rule in (*book.rules, book.about_words) if rule.code == code), None)


@cache
def rules_about(item: str) -> tuple[Rule, ...]:
    """The rules that are judged as soon as this item is answered."""
    return tuple(rule for rule in rule_book().rules if item in rule.items and not rule.is_about_score)


@cache
def of_scores() -> frozenset[str]:
    """The items that are judged when the answers are sent."""
    return frozenset(item for rule in rule_book().rules if rule.is_about_score for item in rule.items)


@cache
def watched() -> frozenset[str]:
    """The items that are judged as soon as they are answered."""
    return frozenset(item for rule in rule_book().rules if not rule.is_about_score for item in rule.items)


@cache
def alarming() -> frozenset[tuple[str, int]]:
    """Answers of watched items with which some rule can be hit."""
    rules = [rule for rule in rule_book().rules if not rule.is_about_score]
    return frozenset((item, value) for rule in rules for item in rule.items for value in rule.values)


def judge(situation: Situation, *, is_sent: bool) -> list[Hit]:
    """Every rule that is hit, in the order of the file: those about scores once the answers are sent, before it the others."""
    rules = [rule for rule in rule_book().rules if rule.is_about_score == is_sent]
    found = [Hit(rule, rule.hit_by(situation)) for rule in rules]
    return [hit for hit in found if hit.items]


def judge_words(remark: str) -> list[Hit]:
    """The rule about the patient's own words, if any of the words is among them; in every language, whatever the survey's."""
    book, said = rule_book(), f" {_plain(remark)} "
    is_hit = any(f" {word} " in said for words in book.words.values() for word in words)
    return [Hit(book.about_words)] if is_hit else []


def _plain(text: str) -> str:
    """Words without capitals, accents and punctuation, one space between them."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", bare.replace("'", "")))
