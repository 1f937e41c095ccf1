"""The words of an instrument that Mendline knows, put into its own questions, order and scoring."""

from collections.abc import Mapping
from typing import Any

from outcomes.bringing.findings import Finding
from outcomes.instruments import LANGUAGES

Fitted = tuple[dict[str, Any], dict[str, list[int]], list[Finding]]


def fitted(raw: Mapping[str, Any], counts: Mapping[str, list[int]], ours: Mapping[str, Any]) -> Fitted:
    """The same with the known scoring where it brings none, and with the known order of questions and answers.

    Whatever does not fit stays as it was, for the check to name it.
    """
    scales = {} if raw.get("scales") else {"scales": ours.get("scales", [])}
    brought = {item.get("code"): item for item in raw.get("items", ()) if isinstance(item, Mapping)}
    known = {item["code"]: item for item in ours["items"]}
    if not known.keys() <= brought.keys():
        return {**raw, **scales}, dict(counts), []
    left = [code for code in brought if code not in known]
    notes = [Finding(f"item {code}", f"was left out: {ours['name']} does not score it") for code in left]
    items = [_fitted_item(dict(brought[code]), counts.get(code, []), one) for code, one in known.items()]
    return {**raw, **scales, "asked": ours["asked"], "items": items}, {}, notes


def _fitted_item(item: dict[str, Any], counts: list[int], ours: Mapping[str, Any]) -> dict[str, Any]:
    item.setdefault("is_skippable", ours.get("is_skippable", True))
    low, high = ours.get("minimum", 0), ours["maximum"]
    if item.get("kind") != ours["kind"] or item["kind"] != "choice":
        return item
    if sorted(counts) == list(range(low, high + 1)):
        order = sorted(range(len(counts)), key=counts.__getitem__)
        for language in LANGUAGES:
            if options := item.get(language, {}).get("options"):
                item[language] = {**item[language], "options": [options[place] for place in order]}
        item |= {"minimum": low, "maximum": high}
    return item
