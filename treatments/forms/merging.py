"""Two people changed one session: what both changed is asked about, field by field; the rest is put together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from treatments.forms.corrections import CorrectionDraft
from treatments.forms.groups import has_changed, is_filled, said
from treatments.forms.lots import ROWS

THEIRS, CHOICE, CLASH, STALE = "theirs:", "choice:", "clash", "stale"
NOT_SENT_ALONG = ("csrfmiddlewaretoken", CLASH, STALE)
Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Clash:
    """One field, or one list of rows, that both changed differently. ``name`` is that of its radio buttons."""

    key: str
    label: str
    mine: str
    theirs: str
    values: Typed

    @property
    def name(self) -> str:
        return f"{CHOICE}{self.key}"


@dataclass(frozen=True)
class Merge:
    """``data``: mine, with what only they changed. ``clashes``: what somebody has to choose. ``merged``: how many fields
    were taken over without asking.
    """

    data: QueryDict
    clashes: list[Clash]
    merged: int

    def hidden(self) -> Iterator[tuple[str, str]]:
        """Everything that the page of choices sends along."""
        for name, values in self.data.lists():
            if name not in NOT_SENT_ALONG and not name.startswith((THEIRS, CHOICE)):
                yield from ((name, value) for value in values)
        for clash in self.clashes:
            yield CLASH, clash.key
            for name, values in clash.values.items():
                yield from ((f"{THEIRS}{name}", value) for value in values)


def typed(item: forms.BaseForm | forms.BaseFormSet) -> Typed:
    """What a browser would send for this form as it is filled in."""
    if isinstance(item, forms.BaseFormSet):
        rows = {name: value for form in item for name, value in typed(form).items()}
        return {**typed(item.management_form), **rows}
    return {field.html_name: sent for field in item if (sent := _sent(field))}


def chosen(data: QueryDict) -> tuple[QueryDict, list[str]]:
    """What the page of choices sent, with theirs where theirs was chosen, and the keys nothing was chosen for."""
    keys = data.getlist(CLASH)
    missing = [key for key in keys if data.get(f"{CHOICE}{key}") not in ("mine", "theirs")]
    result = data.copy()
    for key in keys:
        if data.get(f"{CHOICE}{key}") == "theirs":
            for name in [name for name in result if _belongs(name, key)]:
                del result[name]
            for name in [name for name in data if name.startswith(THEIRS) and _belongs(name[len(THEIRS) :], key)]:
                result.setlist(name[len(THEIRS) :], data.getlist(name))
    return result, missing


def merge(data: QueryDict, *, mine: CorrectionDraft, base: CorrectionDraft, theirs: CorrectionDraft) -> Merge:
    """Put ``mine`` (bound to ``data``) on top of ``theirs``, both starting from ``base``."""
    result, clashes, taken = data.copy(), [], 0
    result["version"] = str(theirs.stored.version if theirs.stored else 1)
    for own, old, new in zip(mine.parts()[1:], base.parts()[1:], theirs.parts()[1:], strict=True):
        for unit in _units(own, old, new):
            if not unit.is_changed_by_them:
                continue
            if unit.is_changed_by_me and not unit.is_same:
                clashes.append(unit.clash())
            elif not unit.is_changed_by_me:
                unit.take(result)
                taken += 1
    return Merge(result, clashes, taken)


@dataclass(frozen=True)
class _Unit:
    """A field, or a list of rows, in the three states. ``key``: its name, or "spins-*" for a list of rows."""

    key: str
    label: str
    is_changed_by_me: bool
    is_changed_by_them: bool
    is_same: bool
    theirs: Typed
    say_mine: Callable[[], str]
    say_theirs: Callable[[], str]

    def clash(self) -> Clash:
        return Clash(self.key, self.label, self.say_mine() or "–", self.say_theirs() or "–", self.theirs)

    def take(self, data: QueryDict) -> None:
        for name in [name for name in data if _belongs(name, self.key)]:
            del data[name]
        for name, values in self.theirs.items():
            data.setlist(name, values)


def _units(own: Any, old: Any, new: Any) -> Iterator[_Unit]:
    if isinstance(own, forms.BaseFormSet):
        if own.prefix != ROWS and len(own.forms) == len(old.forms) == len(new.forms):
            for number, rows in enumerate(zip(own, old, new, strict=True), 1):
                yield from _fields(*rows, where=f"{own.row_name} {number}, ")
        else:
            yield _rows(own, old, new)
    else:
        yield from _fields(own, old, new)


def _fields(own: forms.BaseForm, old: forms.BaseForm, new: forms.BaseForm, where: str = "") -> Iterator[_Unit]:
    for name in own.fields:
        if name == "idempotency_key":
            continue
        field, before, now = own[name], old[name], new[name]
        sent = _sent(now)
        words = str(field.label)
        yield _Unit(
            key=field.html_name,
            label=f"{where}{words[:1].lower()}{words[1:]}" if where else words,
            is_changed_by_me=has_changed(field, before.initial),
            is_changed_by_them=_value(now) != _value(before),
            is_same=not has_changed(field, now.initial),
            theirs={field.html_name: sent},
            say_mine=lambda field=field: said(field),
            say_theirs=lambda now=now: said(now),
        )


def _rows(own: forms.BaseFormSet, old: forms.BaseFormSet, new: forms.BaseFormSet) -> _Unit:
    mine, before, theirs = (_described(item) for item in (own, old, new))
    return _Unit(
        key=f"{own.prefix}-*",
        label=f"{own.row_name}: all rows",
        is_changed_by_me=mine != before,
        is_changed_by_them=theirs != before,
        is_same=mine == theirs,
        theirs=typed(new),
        say_mine=lambda: "; ".join(mine),
        say_theirs=lambda: "; ".join(theirs),
    )


def _described(formset: forms.BaseFormSet) -> list[str]:
    """Each row in words."""
    return [", ".join(_words(form)) for form in formset]


def _words(form: forms.BaseForm) -> Iterator[str]:
    if getattr(form, "title", ""):
        yield form.title
    yield from (said(field) for field in form.visible_fields() if is_filled(field))


def _value(field: BoundField) -> object:
    value = field.initial
    if isinstance(value, str):
        try:
            return field.field.to_python(value)
        except forms.ValidationError:
            return value
    return value


def _sent(field: BoundField) -> list[str]:
    """What a browser sends for one field; [] where it sends nothing, as for a box that is not ticked."""
    widget, value = field.field.widget, field.value()
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    written = widget.format_value(value)
    if isinstance(written, list | tuple):
        return [str(one) for one in written if one != ""] or ([] if isinstance(widget, forms.RadioSelect) else [""])
    return ["" if written is None else str(written)]


def _belongs(name: str, key: str) -> bool:
    return name.startswith(key[:-1]) if key.endswith("*") else name == key
