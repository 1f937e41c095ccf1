"""Rows of a page that are added and removed without saving and without losing what was typed."""

import re

from django import forms
from django.http import QueryDict

ADD, REMOVE = "add", "remove"
MAX_ROWS = 20


class NumberedFormSet(forms.BaseFormSet):
    """Rows that are called by their number in the list of errors."""

    row_name = "Row"


def with_rows(data: QueryDict) -> QueryDict:
    """What was typed, with one empty row more ("add" names the kind) or one less ("remove" says which: "lots-0")."""
    changed = data.copy()
    kind = data.get(ADD, "")
    if kind and f"{kind}-TOTAL_FORMS" in data:
        changed[f"{kind}-TOTAL_FORMS"] = str(min(rows_in(data, kind) + 1, MAX_ROWS))
    kind, _, number = data.get(REMOVE, "").rpartition("-")
    if kind and number.isdecimal() and int(number) < rows_in(data, kind):
        _drop(changed, kind, int(number))
    return changed


def rows_in(data: QueryDict, kind: str) -> int:
    """How many rows the page had, whatever a forged request says."""
    written = data.get(f"{kind}-TOTAL_FORMS", "")
    return min(int(written), MAX_ROWS) if written.isdecimal() and len(written) < 4 else 0


def _drop(data: QueryDict, kind: str, removed: int) -> None:
    count = rows_in(data, kind)
    row = re.compile(rf"{re.escape(kind)}-(\d+)-(.+)")
    typed = {name: data.pop(name) for name in list(data) if row.fullmatch(name)}
    for name, values in typed.items():
        number, field = int(row.fullmatch(name)[1]), row.fullmatch(name)[2]
        if number != removed:
            data.setlist(f"{kind}-{number - (number > removed)}-{field}", values)
    data[f"{kind}-TOTAL_FORMS"] = str(count - 1)
