"""What a file would do to a clinic's patients: who is new, who would change, who looks like somebody, what is wrong."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from clinic.models import Clinic
from patients.importing.alike import Named, Namesakes
from patients.importing.cells import Person, Reading, read_person
from patients.importing.fields import BORN, BY_NAME, CHART, CONSENTED, FAMILY, GIVEN
from patients.importing.sheets import Sheet
from patients.models import Patient

BATCH = 1000
MOST_FINDINGS = 20_000
PROBLEM, CHANGE, ALIKE = "problem", "change", "alike"
NAMED_ALIKE = 3
TITLES = {PROBLEM: "Problem", CHANGE: "Change", ALIKE: "Looks like"}


@dataclass(frozen=True)
class Finding:
    """One thing to be looked at: where it stands in the file, what it is, and what the file says there."""

    kind: str
    row: int
    column: str
    words: str
    value: str

    @property
    def title(self) -> str:
        return TITLES[self.kind]


@dataclass(frozen=True)
class Line:
    """One row that would do something. ``patient_id`` is None for who is new; ``details`` then is everything."""

    row: int
    patient_id: int | None
    details: dict[str, Any]
    consented_on: dt.date | None
    is_alike: bool = False


@dataclass
class Plan:
    """All rows of a file, each in one of these, or counted as unchanged."""

    new: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    n_unchanged: int = 0
    findings: list[Finding] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many of each. ``alike`` are among the new."""
        kinds = Counter(finding.kind for finding in self.findings)
        return {
            "new": sum(not line.is_alike for line in self.new),
            "alike": sum(line.is_alike for line in self.new),
            "changed": len(self.changed),
            "unchanged": self.n_unchanged,
            "problems": kinds[PROBLEM],
            "rows_with_problems": len({finding.row for finding in self.findings if finding.kind == PROBLEM}),
            "consents": sum(line.consented_on is not None for line in self),
        }

    def digest(self) -> str:
        """The same for two plans that do the same."""
        lines = [(one.row, one.patient_id, sorted(one.details.items()), one.consented_on, one.is_alike) for one in self]
        return hashlib.sha256(repr((lines, sorted(self.counts().items()))).encode()).hexdigest()

    def __iter__(self) -> Iterator[Line]:
        yield from self.new
        yield from self.changed


def plan_of(sheet: Sheet, reading: Reading, *, clinic: Clinic, tell: Callable[[int], object]) -> Plan:
    """What the file would do now. Reads only. ``tell`` is called with how many rows were read."""
    plan, seen = Plan(), dict[str, int]()
    people: list[tuple[int, Person]] = []
    for done, (number, cells) in enumerate(sheet.rows):
        if done % BATCH == 0:
            tell(done)
        if len(cells) != len(sheet.headers):
            plan.findings.append(_ragged(number, cells, sheet))
            continue
        person = read_person(cells, reading)
        _note_repeated(person, number, seen)
        if person.wrong:
            _add_wrong(plan, sheet, reading, number, person)
        else:
            people.append((number, person))
    for start in range(0, len(people), BATCH):
        _compare(plan, people[start : start + BATCH], sheet, reading, clinic)
    _mark_alike(plan, sheet, reading, clinic)
    plan.findings.sort(key=lambda finding: (finding.kind != PROBLEM, finding.row))
    return plan


def _ragged(number: int, cells: list[str], sheet: Sheet) -> Finding:
    words = (
        f"This row has {len(cells)} cells, the first row {len(sheet.headers)}. Is a quotation mark or separator wrong?"
    )
    return Finding(PROBLEM, number, "", words, "")


def _note_repeated(person: Person, number: int, seen: dict[str, int]) -> None:
    chart_number = person.details.get(CHART)
    if chart_number is None:
        return
    first = seen.setdefault(chart_number, number)
    if first != number:
        person.refuse(CHART, f"Row {first:,} has the same chart number.", chart_number)


def _add_wrong(plan: Plan, sheet: Sheet, reading: Reading, number: int, person: Person) -> None:
    for one in person.wrong:
        plan.findings.append(Finding(PROBLEM, number, _header(sheet, reading, one.field), one.problem, one.value))


def _header(sheet: Sheet, reading: Reading, name: str) -> str:
    """What stands over the column of this field; the field's own name where it has none."""
    place = reading.columns.get(name)
    return sheet.headers[place] if place is not None else BY_NAME[name].label


def _compare(plan: Plan, people: Iterable[tuple[int, Person]], sheet: Sheet, reading: Reading, clinic: Clinic) -> None:
    """Sort people into new, changed and unchanged, by their chart numbers."""
    numbers = [person.details[CHART] for _row, person in people]
    known = Patient.objects.filter(clinic=clinic, chart_number__in=numbers).select_related("merged_into")
    there = {one.chart_number: one for one in known}
    for row, person in people:
        patient = there.get(person.details[CHART])
        if patient is None:
            plan.new.append(Line(row, None, person.details, person.consented_on))
            continue
        if patient.merged_into:
            words = f"This record was merged into chart no. {patient.merged_into.chart_number}. Use that number."
            plan.findings.append(Finding(PROBLEM, row, _header(sheet, reading, CHART), words, patient.chart_number))
            continue
        changes = {name: value for name, value in person.details.items() if getattr(patient, name) != value}
        consented_on = None if patient.consented_at or patient.died_on else person.consented_on
        if not changes and consented_on is None:
            plan.n_unchanged += 1
            continue
        plan.changed.append(Line(row, patient.pk, changes, consented_on))
        for name, value in changes.items():
            was = f"Is {shown(getattr(patient, name))} here." if getattr(patient, name) else "Is empty here."
            plan.findings.append(Finding(CHANGE, row, _header(sheet, reading, name), was, shown(value)))
        if consented_on:
            column = _header(sheet, reading, CONSENTED)
            plan.findings.append(Finding(CHANGE, row, column, "No consent is recorded here.", shown(consented_on)))


def shown(value: object) -> str:
    """A value as people read it."""
    return f"{value:%B} {value.day}, {value.year}" if isinstance(value, dt.date) else str(value)


def _mark_alike(plan: Plan, sheet: Sheet, reading: Reading, clinic: Clinic) -> None:
    """Mark those of the new who could be somebody who is there, or in another row."""
    people = [Named(one.details[FAMILY], one.details.get(GIVEN, ""), one.details.get(BORN)) for one in plan.new]
    if not people:
        return
    found = Namesakes(Patient.objects.filter(clinic=clinic), people)
    for place, line in enumerate(plan.new):
        there = [f"chart {number}" for number in found.there(place)]
        there += [f"row {plan.new[other].row:,}" for other in found.among_themselves(place)]
        if there:
            plan.new[place] = Line(line.row, None, line.details, line.consented_on, is_alike=True)
            named = ", ".join(there[:NAMED_ALIKE]) + (" and others" if len(there) > NAMED_ALIKE else "")
            who = f"{line.details[FAMILY]}, {line.details.get(GIVEN, '')}".rstrip(", ")
            words = f"Same name and no other date of birth: {named}."
            plan.findings.append(Finding(ALIKE, line.row, _header(sheet, reading, FAMILY), words, who))
