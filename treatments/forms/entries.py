"""What a button of a session's page asks for: saving, or only a row more, a row less, a lot, another side."""

from dataclasses import dataclass

from django.http import QueryDict

from treatments.forms.findings import CHANGE_SIDE, with_changed_side
from treatments.forms.injections import InjectionForm
from treatments.forms.lots import PICK, SCAN, LotProblem, Shelf, add_lot, move_to_injections
from treatments.forms.rows import ADD, REMOVE, rows_in, with_rows

REDRAW = "redraw"
INJECTIONS = "injections"


@dataclass(frozen=True)
class Entry:
    """The page as it came in, its button obeyed. ``is_saving``: it is to be checked and stored.

    ``focus``: the id of the input to go on with, "" for none.
    """

    data: QueryDict
    is_saving: bool
    problem: LotProblem | None = None
    focus: str = ""


def read(data: QueryDict, shelf: Shelf) -> Entry:
    """Obey the button. A lot that is scanned or picked is added first and nothing is saved: a scanner types Enter."""
    if data.get(ADD) or data.get(REMOVE):
        return Entry(_with_rows(data), is_saving=False)
    if data.get(SCAN, "").strip() or data.get(PICK):
        changed, problem = add_lot(data, shelf)
        return Entry(changed, is_saving=False, problem=problem, focus=SCAN)
    if data.get(REDRAW):
        return Entry(data, is_saving=False)
    return Entry(with_changed_side(data) if data.get(CHANGE_SIDE) else data, is_saving=True)


def _with_rows(data: QueryDict) -> QueryDict:
    if data.get(REMOVE) == f"{INJECTIONS}-0" and rows_in(data, INJECTIONS) == 1:
        return data
    changed = with_rows(data)
    kind, _, number = data.get(REMOVE, "").rpartition("-")
    if kind == INJECTIONS and rows_in(changed, kind) < rows_in(data, kind):
        changed = move_to_injections(changed, removed=int(number))
    before, after = rows_in(data, INJECTIONS), rows_in(changed, INJECTIONS)
    if data.get(ADD) == INJECTIONS and after > before > 0:
        for name in InjectionForm.repeated:
            changed[f"{INJECTIONS}-{before}-{name}"] = data.get(f"{INJECTIONS}-0-{name}", "")
    return changed
