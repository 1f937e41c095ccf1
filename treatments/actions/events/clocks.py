"""The rows of reports that an event asks for, kept in step with what is known of it."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from treatments import regulatory
from treatments.actions.events.checks import local_day
from treatments.models import (
    AdverseEvent,
    CellPreparation,
    LotUse,
    Product,
    ProductStatus,
    RegulatoryReport,
    TreatmentSession,
)


def keep_in_step(event: AdverseEvent) -> None:
    """Reports not yet sent come, go and move with the event. What was sent stays as it is.

    The caller holds the event's row lock.
    """
    due = {} if event.entered_in_error_at else regulatory.due(facts_of(event))
    rows = {report.kind: report for report in event.reports.all()}
    for kind, report in rows.items():
        if report.sent_on is None:
            RegulatoryReport.objects.filter(pk=report.pk).update(
                is_needed=kind in due, due_on=due.get(kind, report.due_on)
            )
    RegulatoryReport.objects.bulk_create(
        RegulatoryReport(clinic_id=event.clinic_id, event=event, kind=kind, due_on=due_on)
        for kind, due_on in due.items()
        if kind not in rows
    )


def facts_of(event: AdverseEvent) -> regulatory.Facts:
    """What the clocks depend on. An event without a session may come from any earlier session of the patient."""
    sessions = _suspected(event)
    return regulatory.Facts(
        aware_on=local_day(event.clinic, event.first_aware_at),
        grade=event.grade,
        seriousness=frozenset(event.seriousness),
        is_communicable=event.is_communicable,
        needed_intervention=event.needed_intervention,
        left_damage=event.outcome == AdverseEvent.Outcome.SEQUELAE,
        is_expected=event.is_expected,
        related_to_product=event.related_to_product,
        is_under_ind=_under_ind(sessions),
        is_tissue=_with_tissue(sessions),
    )


def _suspected(event: AdverseEvent) -> QuerySet[TreatmentSession]:
    if event.session_id:
        return TreatmentSession.objects.filter(pk=event.session_id)
    sessions = TreatmentSession.objects.counted().filter(
        course__patient_id=event.patient_id, performed_at__lte=event.began_at
    )
    if event.lot_id:
        return sessions.filter(lot_uses__lot_id=event.lot_id, lot_uses__reversed_at=None)
    return sessions.filter(course_id=event.course_id) if event.course_id else sessions


def _under_ind(sessions: QuerySet[TreatmentSession]) -> bool:
    """Whether the preparation, the protocol, or a product used on that day was investigational."""
    by_record = (
        Q(exosome_preparation__isnull=False) & ~Q(exosome_preparation__ind_number="")
        | Q(cell_preparation__isnull=False) & ~Q(cell_preparation__ind_number="")
        | Q(cell_preparation__regulatory_basis=CellPreparation.RegulatoryBasis.IND)
        | Q(course__protocol__needs_ind=True)
    )
    if sessions.filter(by_record).exists():
        return True
    uses = LotUse.objects.filter(session__in=sessions, reversed_at=None).select_related("clinic", "lot__product")
    return any(_is_investigational(use) for use in uses.prefetch_related("lot__product__statuses"))


def _is_investigational(use: LotUse) -> bool:
    """Whether some jurisdiction's standing of the product on the day of use was that of an IND."""
    used_on = local_day(use.clinic, use.used_at)
    statuses = sorted(use.lot.product.statuses.all(), key=lambda status: status.valid_from)
    standing = {status.jurisdiction: status.standing for status in statuses if status.valid_from <= used_on}
    return ProductStatus.Standing.IND in standing.values()


def _with_tissue(sessions: QuerySet[TreatmentSession]) -> bool:
    """Whether human cells or tissue were given that come under 21 CFR 1271: not those of one surgical procedure."""
    bought = Exists(
        LotUse.objects.filter(session=OuterRef("pk"), reversed_at=None, lot__product__kind=Product.Kind.CELL_PRODUCT)
    )
    same_day = Q(cell_preparation__regulatory_basis=CellPreparation.RegulatoryBasis.SAME_DAY)
    made = Q(cell_preparation__isnull=False) & ~same_day
    return sessions.filter(Q(bought) | made).exists()
