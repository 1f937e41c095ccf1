"""A session while it is being written or changed: its parts, what looks unusual in them, and saving it."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict

from clinic.models import User
from clinic.rules import RuleBroken
from treatments import actions
from treatments.actions.sessions import SessionChanged
from treatments.findings import Finding, ReasonsNeeded
from treatments.forms.defaults import Defaults
from treatments.forms.doubts import Doubt, about_injections, about_the_day, fingerprint
from treatments.forms.findings import FindingBlock, SideChange, blocks_of, reasons_in
from treatments.forms.groups import mark_planned
from treatments.forms.injections import InjectionForm, InjectionFormSet
from treatments.forms.lots import ROWS, LotFormSet, Shelf, lots_named
from treatments.forms.preparations import PreparationDraft
from treatments.forms.rows import rows_in
from treatments.forms.visits import AftercareForm, HoldsForm, VisitForm
from treatments.models import Course, TreatmentSession
from treatments.vocabulary import Side

HOLDS = {"nsaid_days": "NSAID", "steroid_days": "steroid", "anticoagulant_days": "anticoagulant"}


class SessionDraft:
    """The parts of the page for one course: bound when ``data`` is given, filled in from ``initial`` when not.

    ``stored``: the session itself, where it is stored already. ``needs_reason``: no baseline has been answered.
    """

    is_correction = False

    def __init__(
        self,
        course: Course,
        *,
        initial: Defaults,
        shelf: Shelf,
        last: TreatmentSession | None,
        now: dt.datetime,
        by: User,
        data: QueryDict | None = None,
        stored: TreatmentSession | None = None,
        needs_reason: bool = False,
    ) -> None:
        self.course, self.initial, self.shelf, self.last = course, initial, shelf, last
        self.now, self.by, self.data, self.stored = now, by, data, stored
        self.zone = ZoneInfo(course.clinic.time_zone)
        self.visit = VisitForm(
            data,
            clinic=course.clinic,
            now=now,
            needs_reason=needs_reason,
            stored_at=stored.performed_at if stored else None,
            initial=dict(initial.visit),
        )
        self.injections = self._injections()
        self.lots = self._lots()
        self.preparation = PreparationDraft(
            course.treatment_type.modality,
            data=data,
            initial=initial.preparation,
            planned=initial.planned.get("preparation", frozenset()),
            at=now,
            clinic=course.clinic,
        )
        self.holds = HoldsForm(data, initial=dict(initial.holds))
        self.aftercare = AftercareForm(data, initial=dict(initial.aftercare))
        self._mark()
        # What the page knows besides: since when it is open, and when the time-out was.
        self.opened_at: dt.datetime | None = None
        self.time_out_at: dt.datetime | None = None
        self.doubts: list[Doubt] = []
        self.findings: list[FindingBlock] = []

    def parts(self) -> list[forms.BaseForm | forms.BaseFormSet]:
        """Every form and formset, in the order of the page."""
        return [self.lots, self.injections, *self.preparation.parts, self.visit, self.holds, self.aftercare]

    def leave_unjudged(self) -> None:
        """Show what was typed without a word about it: nobody has asked to save it yet."""
        for part in self.parts():
            rows = part.forms if isinstance(part, forms.BaseFormSet) else [part]
            for form in rows:
                form._errors = ErrorDict()
            if isinstance(part, forms.BaseFormSet):
                part._errors, part._non_form_errors = [form.errors for form in rows], ErrorList()

    def is_valid(self) -> bool:
        """Whether every part has the right shape. Rules about their content are the action's."""
        simple = (self.visit, self.injections, self.lots, self.preparation, self.holds, self.aftercare)
        judged = [part.is_valid() for part in simple]
        return all(judged)

    def look_again(self, confirmed: str) -> bool:
        """Whether there is anything unusual that ``confirmed`` (the fingerprint that came back) does not cover."""
        self.doubts = [
            *about_injections(self._filled()),
            *(Doubt(message, target) for message, target in self.preparation.doubts()),
            *self._day_doubts(),
        ]
        return bool(self.doubts) and confirmed != self.fingerprint

    @property
    def fingerprint(self) -> str:
        """Stands for exactly these doubts: confirming them confirms no others."""
        return fingerprint(self.doubts)

    def save(self) -> TreatmentSession | None:
        """Store it. None when a rule is broken: it then stands beside its field, or among ``findings``."""
        try:
            return self.store()
        except ReasonsNeeded as needed:
            self.findings = self._blocks(needed.findings)
        except SessionChanged:
            raise
        except RuleBroken as broken:
            self._show(broken)
        return None

    def store(self) -> TreatmentSession:
        """Log the session. Raises RuleBroken."""
        return actions.log_session(
            course=self.course,
            at=self.now,
            by=self.by,
            idempotency_key=self.visit.cleaned_data["idempotency_key"],
            opened_at=self.opened_at,
            time_out_at=self.time_out_at,
            **self.state(),
        )

    def state(self) -> dict[str, Any]:
        """Every part as the action takes it."""
        visit = self.visit.cleaned_data
        return {
            "performed_at": visit["performed_at"],
            "performed_by": visit["performed_by"],
            "visit": self.visit.visit(),
            "injections": [form.cleaned_data for form in self._filled()],
            "preparation": self.preparation.cleaned,
            "lots": self._uses(),
            "holds": self.holds.recorded(),
            "aftercare": self.aftercare.recorded(),
            "overrides": reasons_in(self.data),
            "note": visit["note"],
            "baseline_missing_reason": visit["baseline_missing_reason"],
        }

    @property
    def reasons(self) -> dict[str, str]:
        """What was typed as a reason, by kind of finding."""
        return reasons_in(self.data)

    @property
    def hold_words(self) -> str:
        """What the plan asks to be held before a session, in words; "" for nothing."""
        plan = self.course.protocol.technique.get("holds", {}) if self.course.protocol else {}
        asked = [f"no {HOLDS[name]} for {days} days" for name, days in plan.items() if name in HOLDS]
        return f"The plan asks for {', '.join(asked)} before." if asked else ""

    def _injections(self) -> forms.BaseFormSet:
        last = {injection.get_side_display() for injection in self.last.injections.all()} if self.last else ()
        sides = {"planned_side": self.course.get_side_display(), "last_side": " and ".join(sorted(last))}
        initial = [dict(row) for row in self.initial.injections]
        return InjectionFormSet(
            self.data, prefix="injections", initial=initial, form_kwargs={"clinic": self.course.clinic, **sides}
        )

    def _lots(self) -> forms.BaseFormSet:
        named = lots_named(self.data) if self.data else [row["lot"] for row in self.initial.lots]
        count = rows_in(self.data, "injections") if self.data else len(self.initial.injections)
        places = [f"Injection {number}" for number in range(1, count + 1)]
        options = {"shelf": self.shelf, "lots": self.shelf.lots_of(named), "places": places}
        return LotFormSet(self.data, prefix=ROWS, initial=[dict(row) for row in self.initial.lots], form_kwargs=options)

    def _mark(self) -> None:
        planned = self.initial.planned
        mark_planned(self.visit, planned.get("visit", ()))
        mark_planned(self.aftercare, planned.get("aftercare", ()))
        for form in self.injections:
            mark_planned(form, planned.get("injection", ()))

    def _filled(self) -> list[InjectionForm]:
        return [form for form in self.injections if form.cleaned_data]

    def _uses(self) -> list[dict[str, Any]]:
        places = [index for index, form in enumerate(self.injections) if form.cleaned_data]
        uses = [form.cleaned_data for form in self.lots if form.cleaned_data]
        return [
            use | {"injection": places.index(use["injection"]) if use["injection"] in places else None} for use in uses
        ]

    def _day_doubts(self) -> list[Doubt]:
        if self.stored and self.visit.cleaned_data["performed_at"] == self.stored.performed_at:
            return []
        return about_the_day(self.course, self.visit, zone=self.zone, stored=self.stored)

    def _blocks(self, findings: tuple[Finding, ...]) -> list[FindingBlock]:
        planned = self.course.side
        rows = {index: form for index, form in enumerate(self.injections) if form.cleaned_data}
        sides = {
            number: SideChange(
                index + 1, Side(planned).label, Side(form.cleaned_data["side"]).label, f"{index}-{planned}"
            )
            for number, (index, form) in enumerate(rows.items())
        }
        return blocks_of(findings, sides=sides, lots=lots_named(self.data))

    def _show(self, broken: RuleBroken) -> None:
        part, _, rest = (broken.field or "").partition(".")
        index, _, name = rest.partition(".")
        if part == "preparation":
            self.preparation.show(rest, broken.message)
        elif part in ("injections", ROWS) and name and index.isdecimal():
            rows = self._filled() if part == "injections" else list(self.lots)
            _add(rows[int(index)], name, broken.message)
        elif part == ROWS:
            self.lots.non_form_errors().append(broken.message)
        elif part in ("holds", "aftercare"):
            _add({"holds": self.holds, "aftercare": self.aftercare}[part], rest, broken.message)
        else:
            _add(self.visit, rest or part, broken.message)


def _add(form: forms.BaseForm, name: str, message: str) -> None:
    form.add_error(name if name in form.fields else None, message)
