"""How far a clinic is with beginning: five steps, each worked out from the rows there are. Only reads."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from clinic.models import Clinic, Invitation, User
from outcomes.models import TrialMessage
from outcomes.text_rules import sender_problems
from patients.models import EMAIL, Patient
from treatments.models import Protocol


class State(StrEnum):
    """Where a step stands: there is one next step while any is left."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True)
class Step:
    """One step. ``says``: what is there now, in a sentence; ``route`` and ``does``: where it is done, and its button."""

    title: str
    says: str
    route: str
    does: str
    is_done: bool
    # Somebody may work alone: such a step is offered in its turn, and holds nothing up.
    is_needed: bool = True


@dataclass(frozen=True)
class FirstRun:
    """All steps in order."""

    steps: tuple[Step, ...]

    @property
    def is_complete(self) -> bool:
        """Everything that a clinic needs is there."""
        return all(step.is_done for step in self.steps if step.is_needed)

    @property
    def n_done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def open_steps(self) -> list[Step]:
        return [step for step in self.steps if not step.is_done]

    def numbered(self) -> list[tuple[int, Step, State]]:
        """Each step with its number and where it stands."""
        left = self.open_steps
        return [
            (number, step, State.DONE if step.is_done else State.NEXT if step is left[0] else State.LATER)
            for number, step in enumerate(self.steps, 1)
        ]


def first_run_of(clinic: Clinic, *, user: User, at: dt.datetime) -> FirstRun:
    """The five steps at this clinic, as ``user`` may see them. At most six queries."""
    steps = (_sender(clinic), _trial(clinic, user), _protocol(clinic, user), _people(clinic, user, at))
    return FirstRun((*steps, _patient(clinic, user)))


def has_patients(clinic: Clinic, *, user: User) -> bool:
    """Whether anybody was ever registered here; where nobody was, there is no work to list yet."""
    return Patient.objects.visible_to(user).filter(clinic=clinic).exists()


def _sender(clinic: Clinic) -> Step:
    problem = next(sender_problems(clinic.sender_name), None)
    says = problem.message if problem else f"Patients see “{clinic.sender_name}” and {clinic.phone}."
    return Step("Clinic and sender", says, "clinic-details", "Change the details", is_done=problem is None)


def _trial(clinic: Clinic, user: User) -> Step:
    mails = TrialMessage.objects.visible_to(user).filter(clinic=clinic, channel=EMAIL)
    arrived = mails.arrived().order_by("-arrived_at").first()
    says = "Send one to yourself and open the link in it: then it is sure that e-mail goes out and arrives."
    if arrived:
        says = f"An e-mail arrived on {_moment(arrived.arrived_at)}."
    elif last := mails.first():
        says = f"Asked for on {_moment(last.queued_at)}. Open the link in it to say that it arrived."
    return Step("Test message", says, "trials", "Send a test message", is_done=arrived is not None)


def _protocol(clinic: Clinic, user: User) -> Step:
    offered = Protocol.objects.visible_to(user).filter(clinic=clinic, is_retired=False)
    number = offered.filter(treatment_type__is_imported=False).values("name").distinct().count()
    says = "What is done, and when patients are asked how it went. One press adds a starter set."
    if number:
        says = f"{number} {'protocol is' if number == 1 else 'protocols are'} offered to new courses."
    return Step("Protocol", says, "protocols", "Choose protocols", is_done=number > 0)


def _people(clinic: Clinic, user: User, at: dt.datetime) -> Step:
    members = clinic.memberships.count()
    invited = Invitation.objects.visible_to(user).filter(clinic=clinic).open(at).count()
    says = "Only you so far. Whoever works alone goes on to the next step."
    if members > 1 or invited:
        who = "1 person works" if members == 1 else f"{members} people work"
        says = f"{who} here, {invited} invited." if invited else f"{who} here."
    return Step("People", says, "members", "Invite somebody", is_done=members > 1 or invited > 0, is_needed=False)


def _patient(clinic: Clinic, user: User) -> Step:
    is_there = has_patients(clinic, user=user)
    says = "Patients are registered." if is_there else "Register the first, then open a course by a protocol."
    route = "patients" if is_there else "register-patient"
    return Step("First patient", says, route, "Add a patient", is_done=is_there)


def _moment(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.day} {local:%b %Y, %H:%M}"
