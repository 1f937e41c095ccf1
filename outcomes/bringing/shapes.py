"""The shape of a definition: which fields there are, and what each may hold."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from outcomes.bringing.findings import Finding
from outcomes.instruments import LANGUAGES
from outcomes.scoring import METHODS

MOST_ITEMS, MOST_OPTIONS, MOST_SCALES, MOST_TABLE = 60, 12, 20, 300
MOST_COUNT = 999
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
VERSION = re.compile(r"[1-9][0-9]{0,5}(-[0-9a-f]{8})?")
HTML = re.compile(r"<[/!a-zA-Z]|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# Says what is wrong with a value, "" when nothing is.
Rule = Callable[[Any], str]


class Field(NamedTuple):
    rule: Rule
    is_needed: bool = False


def words(longest: int, *, may_be_empty: bool = True, names_target: bool = False) -> Rule:
    """Plain text: no markup, no controls, and no placeholder but ``{target}``, where one may stand."""

    def rule(value: Any) -> str:
        if not isinstance(value, str):
            return "is not text"
        if not value.strip():
            return "" if may_be_empty else "is empty"
        if len(value) > longest:
            return f"is {len(value)} characters long; {longest} are the most"
        if CONTROL.search(value):
            return "holds a control character or one that turns the direction of writing"
        if found := HTML.search(value):
            return f"holds HTML ({found[0]}); write plain words"
        return _placeholder(value, names_target)

    return rule


def _placeholder(value: str, names_target: bool) -> str:
    left = value.replace("{target}", "") if names_target else value
    if "{" not in left and "}" not in left:
        return ""
    found = PLACEHOLDER.search(left)
    allowed = "only {target} may stand there" if names_target else "none may stand there"
    return f"holds a placeholder ({found[0] if found else '{'}); {allowed}"


def code(value: Any) -> str:
    is_code = isinstance(value, str) and CODE.fullmatch(value)
    return "" if is_code else "is not a code: small letters, digits and _, a letter first, 40 at most"


def version(value: Any) -> str:
    return "" if isinstance(value, str) and VERSION.fullmatch(value) else 'is not a version: a whole number like "1"'


def whole(low: int, high: int) -> Rule:
    """A whole number within these."""

    def rule(value: Any) -> str:
        return "" if type(value) is int and low <= value <= high else f"is not a whole number from {low} to {high}"

    return rule


def one_of(*choices: str) -> Rule:
    def rule(value: Any) -> str:
        return "" if isinstance(value, str) and value in choices else f"is not one of: {', '.join(choices)}"

    return rule


def yes_or_no(value: Any) -> str:
    return "" if isinstance(value, bool) else "is neither true nor false"


def number(value: Any) -> str:
    """A decimal that a score's column holds without rounding."""
    try:
        exact = Decimal(str(value)) if isinstance(value, int | float | str | Decimal) else None
    except InvalidOperation:
        exact = None
    if exact is None or isinstance(value, bool) or not exact.is_finite():
        return "is not a number"
    _sign, digits, exponent = exact.as_tuple()
    # No arithmetic: with an exponent like 999999999 there is no result.
    fits = isinstance(exponent, int) and -15 <= exponent <= 9 and exact.adjusted() < 9 and len(digits) <= 24
    return "" if fits else "has more than 9 digits before or 15 behind the decimal point"


def list_of(rule: Rule, most: int, least: int = 0) -> Rule:
    """A list whose members all keep to the rule."""

    def listed(value: Any) -> str:
        if not isinstance(value, list | tuple):
            return "is not a list"
        if not least <= len(value) <= most:
            return f"has {len(value)} entries; {least} to {most} are allowed"
        found = ((place, rule(one)) for place, one in enumerate(value, start=1))
        return next((f"entry {place} {said}" for place, said in found if said), "")

    return listed


def recode(value: Any) -> str:
    if not isinstance(value, Mapping):
        return "is not a table of item codes"
    each = list_of(whole(0, MOST_COUNT), 1000)
    return next((f"{name!r} {said}" for name, one in value.items() if (said := code(name) or each(one))), "")


def band(value: Any) -> str:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return 'is not a pair like [5, "mild"]'
    return number(value[0]) or words(40, may_be_empty=False)(value[1])


WORDING = {
    "text": Field(words(600, may_be_empty=False, names_target=True), True),
    "short": Field(words(60, may_be_empty=False), True),
    "low": Field(words(80)),
    "high": Field(words(80)),
    "options": Field(list_of(words(120, may_be_empty=False), MOST_OPTIONS)),
}
ITEM = {
    "code": Field(code, True),
    "kind": Field(one_of("scale", "choice", "number"), True),
    "minimum": Field(whole(0, MOST_COUNT)),
    "maximum": Field(whole(0, MOST_COUNT), True),
    "short": Field(words(60)),
    "is_skippable": Field(yes_or_no),
}
SCALE = {
    "code": Field(code),
    "name": Field(words(80)),
    "method": Field(one_of(*METHODS), True),
    "items": Field(list_of(code, MOST_ITEMS, 1)),
    "minimum": Field(number),
    "maximum": Field(number),
    "higher_is_better": Field(yes_or_no, True),
    "min_answered": Field(whole(1, MOST_ITEMS)),
    "mcid": Field(number),
    "mcid_source": Field(words(300)),
    "table": Field(list_of(number, MOST_TABLE)),
    "recode": Field(recode),
    "bands": Field(list_of(band, 20)),
}
INSTRUMENT = {
    "code": Field(code, True),
    "version": Field(version, True),
    "name": Field(words(80, may_be_empty=False), True),
    "asked": Field(one_of("always", "after treatment")),
    "needs_official_text": Field(yes_or_no),
    "licence": Field(words(1000)),
    "source": Field(words(1000)),
    "recall": Field(words(80)),
    "checked_by": Field(words(120)),
    "next_review": Field(words(10)),
}


def shape_problems(raw: Mapping[str, Any]) -> list[Finding]:
    """Everything about the shape that does not fit. Only a definition without any is looked at further."""
    found = list(_fields(raw, INSTRUMENT, "", {"scales", "items"}))
    for name, shape, least, most in (("items", ITEM, 1, MOST_ITEMS), ("scales", SCALE, 0, MOST_SCALES)):
        rows = raw.get(name, [])
        if not isinstance(rows, list | tuple) or not least <= len(rows) <= most:
            found.append(Finding(name, f"has to be a list of {least} to {most} entries"))
            continue
        for position, row in enumerate(rows, start=1):
            found += _row(row, shape, f"{name.removesuffix('s')} {position}")
    return found


def _row(row: Any, shape: Mapping[str, Field], place: str) -> Iterator[Finding]:
    if not isinstance(row, Mapping):
        yield Finding(place, "is not a group of fields")
        return
    languages = set(LANGUAGES) if shape is ITEM else set()
    yield from _fields(row, shape, place, languages)
    for language in LANGUAGES:
        if language in row and language in languages:
            worded = row[language]
            if isinstance(worded, Mapping):
                yield from _fields(worded, WORDING, f"{place}, {language}")
            else:
                yield Finding(f"{place}, {language}", "is not a group of fields")


def _fields(
    row: Mapping[str, Any], shape: Mapping[str, Field], place: str, others: set[str] | None = None
) -> Iterator[Finding]:
    for name in row:
        if name not in shape and name not in (others or ()):
            yield Finding(_at(place, str(name)[:60]), f"is not known here; known are {', '.join(shape)}")
    for name, one in shape.items():
        if name in row:
            if said := one.rule(row[name]):
                yield Finding(_at(place, name), said)
        elif one.is_needed:
            yield Finding(_at(place, name), "is missing")


def _at(place: str, name: str) -> str:
    return f"{place}, {name}" if place else name
