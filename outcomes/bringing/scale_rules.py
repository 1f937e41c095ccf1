"""Whether a scale can be worked out from its items, and comes to what it says."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from outcomes.bringing.findings import Finding

# Methods for which a missing answer would make the score smaller or impossible.
NEEDS_ALL = {"value", "sum", "table", "profile"}


def scale_problems(definition: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the scales of a definition in its one way of writing, whose items are sound."""
    items = {item["code"]: item for item in definition["items"]}
    codes = [scale["code"] for scale in definition["scales"]]
    for position, scale in enumerate(definition["scales"], start=1):
        place = f"scale {position} ({scale['code']})"
        if scale["code"] in codes[: position - 1]:
            yield Finding(place, "comes twice: every scale needs a code of its own")
        unknown = [code for code in [*scale["items"], *scale["recode"]] if code not in items]
        if unknown:
            yield Finding(f"{place}, items", f"there is no item {unknown[0]}")
        else:
            scored = [items[code] for code in scale["items"]]
            yield from (Finding(f"{place}, {name}", words) for name, words in _problems(scale, scored))


def _problems(scale: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    if len(set(scale["items"])) < len(items):
        yield "items", "an item counts twice"
    if scale["method"] == "value" and len(items) != 1:
        yield "items", '"value" is the answer to one item'
    if scale["min_answered"] > len(items):
        yield "min_answered", f"is {scale['min_answered']}, and there are {len(items)} items"
    elif scale["method"] in NEEDS_ALL and scale["min_answered"] < len(items):
        yield "min_answered", f'"{scale["method"]}" needs every item: write {len(items)}, or leave it out'
    found = [*_recode_problems(scale, items), *_table_problems(scale, items)]
    yield from found
    if not found:
        yield from _range_problems(scale, items)
        yield from _band_problems(scale)
    if ("mcid" in scale) != bool(scale["mcid_source"]):
        yield "mcid_source", "a smallest change that matters and where it was published come together"


def _recode_problems(scale: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for item in items:
        counts = scale["recode"].get(item["code"])
        needed = item["maximum"] - item["minimum"] + 1
        if counts is not None and len(counts) != needed:
            yield "recode", f"{item['code']} has {len(counts)} entries; its answers need {needed}"
    if unused := set(scale["recode"]) - {item["code"] for item in items}:
        yield "recode", f"{sorted(unused)[0]} is not an item of this scale"


def _ends(scale: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """The least and the most that each item counts for."""
    counts = [scale["recode"].get(one["code"]) or (one["minimum"], one["maximum"]) for one in items]
    return [(min(one), max(one)) for one in counts]


def _table_problems(scale: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    if scale["method"] != "table":
        if scale["table"]:
            yield "table", f'"{scale["method"]}" has none'
        return
    ends = _ends(scale, items)
    lowest, highest = (sum(one) for one in zip(*ends, strict=True))
    needed = highest - lowest + 1
    if len(scale["table"]) != needed:
        yield "table", f"has {len(scale['table'])} entries; sums from {lowest} to {highest} need {needed}"


def reach(scale: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> tuple[Decimal, Decimal] | str:
    """From which score to which the items can come; a sentence when the method cannot be used with them."""
    ends = _ends(scale, items)
    match scale["method"]:
        case "table":
            values = [Decimal(value) for value in scale["table"]]
            return min(values), max(values)
        case "sum":
            return Decimal(sum(low for low, _ in ends)), Decimal(sum(high for _, high in ends))
        case "profile":
            return _digits(ends)
        case "percent" | "percent_inverted" if scale["recode"]:
            return "cannot be used together with a recode"
    if len(set(ends)) > 1:
        return "needs items that all have the same range"
    is_percent = scale["method"].startswith("percent")
    return (Decimal(0), Decimal(100)) if is_percent else (Decimal(ends[0][0]), Decimal(ends[0][1]))


def _digits(ends: Sequence[tuple[int, int]]) -> tuple[Decimal, Decimal] | str:
    if len(ends) > 9 or any(low < 1 or high > 9 for low, high in ends):
        return "takes at most 9 items with answers from 1 to 9"
    lowest, highest = ("".join(map(str, side)) for side in zip(*ends, strict=True))
    return Decimal(lowest), Decimal(highest)


def _range_problems(scale: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    found = reach(scale, items)
    if isinstance(found, str):
        yield "method", f'"{scale["method"]}" {found}'
        return
    for name, end in zip(("minimum", "maximum"), found, strict=True):
        if Decimal(scale.get(name, end)) != end:
            yield name, f"is {scale[name]}, and the items come to {end:f}; leave it out or write that"
    if found[0] == found[1]:
        yield "method", "every answer gives the same score"


def _band_problems(scale: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    starts = [Decimal(start) for start, _ in scale["bands"]]
    if starts != sorted(set(starts)):
        yield "bands", "have to begin at higher and higher scores"
