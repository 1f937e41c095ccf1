"""A preparation while it is being written: its form, its rows, and what looks impossible or unusual in them."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from clinic.models import Clinic
from treatments import soft_ranges
from treatments.classification import derive
from treatments.forms.groups import mark_planned
from treatments.forms.preparations.base import Card, PreparationForm
from treatments.forms.preparations.cells import CellForm
from treatments.forms.preparations.exosomes import ExosomeForm
from treatments.forms.preparations.prp import PrpForm
from treatments.forms.preparations.rows import Rows, row_set
from treatments.hard_limits import Problem, check_limits
from treatments.models import TreatmentSession
from treatments.notices import notices_for
from treatments.vocabulary import Modality

FORMS: dict[str, type[PreparationForm]] = {form.modality.value: form for form in (PrpForm, CellForm, ExosomeForm)}


class PreparationDraft:
    """The form of one kind with its rows. Bound when ``data`` is given, filled in from ``initial`` when not.

    ``initial``: fields and row lists as ``log_session`` takes them. ``planned``: which of them the plan filled in.
    ``at``: the moment of writing; nothing measured lies after it.
    """

    def __init__(
        self,
        modality: str,
        *,
        data: QueryDict | None,
        initial: Mapping[str, Any],
        at: dt.datetime,
        clinic: Clinic,
        planned: Collection[str] = (),
    ) -> None:
        self.modality, self.at = modality, at
        self.form = FORMS[modality](data, initial=initial, clinic=clinic)
        self.rows = {kind: self._row_set(kind, data, initial, clinic) for kind in self._kinds()}
        mark_planned(self.form, planned)

    @property
    def parts(self) -> list[forms.BaseForm | forms.BaseFormSet]:
        """The form and its rows, in the order of the page."""
        return [self.form, *self.rows.values()]

    @property
    def notices(self) -> list[Any]:
        """What a regulator says about this kind of product, to be read where it is chosen."""
        return notices_for(self.modality, getattr(self.form, "shown", ""))

    @property
    def cards(self) -> list[Card]:
        """The cards of the page."""
        return self.form.cards(self.rows)

    def is_valid(self) -> bool:
        """Whether every part has the right shape and holds nothing that cannot be; what does not says so itself."""
        judged = [part.is_valid() for part in self.parts]
        if not all(judged):
            return False
        problem = self._problem()
        if problem:
            self.show(problem.field, problem.message)
        return problem is None

    @property
    def cleaned(self) -> dict[str, Any]:
        """The ``preparation`` of the action."""
        return {**self.form.record(), **{kind: rows.record() for kind, rows in self.rows.items()}}

    def show(self, path: str, message: str) -> None:
        """Put a broken rule beside its field: "prp_injected_ml", "spins.0.minutes"."""
        kind, _, rest = path.partition(".")
        index, _, name = rest.partition(".")
        if kind not in self.rows:
            self.form.add_error(path if path in self.form.fields else None, message)
            return
        filled = self.rows[kind].filled()
        if index.isdecimal() and int(index) < len(filled):
            form = filled[int(index)]
            form.add_error(name if name in form.fields else None, message)
        else:
            self.rows[kind].non_form_errors().append(message)

    def doubts(self) -> list[tuple[str, str]]:
        """What is unusual, each with the id of its input; only when the draft is valid."""
        return [*self._range_doubts(), *self._capture_doubts()]

    def _kinds(self) -> list[str]:
        asked = self.form.asked()
        return [group.rows for group in self.form.groups if group.rows and group.rows in asked]

    def _row_set(self, kind: str, data: QueryDict | None, initial: Mapping[str, Any], clinic: Clinic) -> Rows:
        options: dict[str, Any] = {}
        if isinstance(self.form, CellForm) and kind == "harvests":
            options["sites"] = self.form.sites()
        if kind == "release_tests":
            options["clinic"] = clinic
        return row_set(kind, data, initial=initial.get(kind) or (), form_kwargs=options)

    def _problem(self) -> Problem | None:
        return check_limits(self.modality, self.cleaned, at=self.at, today=timezone.localdate(self.at))

    def _range_doubts(self) -> Iterator[tuple[str, str]]:
        parts = [("", self.form, self.form.ranges)]
        for kind, rows in self.rows.items():
            ranges = soft_ranges.ROWS.get(kind, {})
            parts += [(f"{rows.row_name} {number}, ", form, ranges) for number, form in enumerate(rows.filled(), 1)]
        for where, form, ranges in parts:
            for name, soft in soft_ranges.outside(ranges, form.cleaned_data).items():
                value = form.cleaned_data[name]
                yield f"{where}{form[name].label}: {value:,} is outside the usual {soft}.", form[name].auto_id

    def _capture_doubts(self) -> Iterator[tuple[str, str]]:
        if self.modality != Modality.PRP:
            return
        capture = derive(**self.form.cleaned_data).capture_percent
        if capture is not None and capture > 100:
            text = f"Platelet capture comes to {capture:.0f} %, which cannot be: a count, a volume or a unit is wrong."
            yield text, self.form["prp_platelets"].auto_id


def repeated_from(session: TreatmentSession) -> dict[str, Any]:
    """The settings of this session's preparation, with its spins: what a clinic does the same way each time."""
    form = FORMS[session.course.treatment_type.modality]
    record = getattr(session, f"{session.course.treatment_type.modality}_preparation", None)
    if record is None:
        return {}
    settings = {name: getattr(record, name) for name in form.repeated}
    if form is PrpForm:
        settings["spins"] = list(
            record.spins.values("rcf_g", "rpm", "rotor_radius_cm", "minutes", "temperature_c", "is_braked")
        )
    return settings
