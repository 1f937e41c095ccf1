"""What follows when a session is entered in error, said before it is done."""

from dataclasses import dataclass

from treatments.models import FollowUp, LotUse, Timepoint, TreatmentSession


@dataclass(frozen=True)
class Consequences:
    """``waiting``: check-ins nobody has been asked about; ``asked``: those that stay because the patient has seen them.

    ``planned_from``: the session from which the waiting ones are planned anew, None when they are cancelled.
    """

    lots: list[LotUse]
    waiting: int
    asked: int
    planned_from: TreatmentSession | None


def consequences_of_voiding(session: TreatmentSession) -> Consequences:
    """What ``void_session`` would do now."""
    after_baseline = FollowUp.objects.filter(course_id=session.course_id).exclude(timepoint__name=Timepoint.BASELINE)
    waiting = after_baseline.unopened().count()
    others = TreatmentSession.objects.counted().filter(course_id=session.course_id).exclude(pk=session.pk)
    return Consequences(
        lots=list(session.lot_uses.filter(reversed_at=None).select_related("lot__product").order_by("id")),
        waiting=waiting,
        asked=after_baseline.count() - waiting,
        planned_from=others.order_by("-performed_at").first(),
    )
