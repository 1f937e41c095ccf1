"""Logging a session, whole, once."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from clinic.rules import RuleBroken
from tests.conftest import NOON
from tests.treatments.treating import KNEE, PRP, log
from treatments.models import PrpPreparation, TreatmentSession

KEY = uuid.UUID("7c1e9a52-0000-4000-8000-000000000001")


def test_everything_written_is_there(course, clinician):
    session = log(
        course,
        clinician,
        visit={"room": "2", "skin_prep": "chlorhexidine", "sedation": "none"},
        preparation={**PRP, "spins": [{"rcf_g": Decimal(1500), "minutes": Decimal(10)}, {"rpm": 3000}]},
        holds={"nsaid_stopped_on": NOON.date() - dt.timedelta(days=7), "anticoagulant": "not_taken"},
        aftercare={"rest_days": 3, "therapy_starts_on": NOON.date() + dt.timedelta(days=7)},
        note="Went well.",
    )
    session = TreatmentSession.objects.get(pk=session.pk)
    assert (session.room, session.skin_prep, session.note, session.version) == ("2", "chlorhexidine", "Went well.", 1)
    spins = session.prp_preparation.spins.values_list("position", "rcf_g", "rpm")
    assert list(spins) == [(1, Decimal(1500), None), (2, None, 3000)]
    assert session.holds.nsaid_stopped_on == dt.date(2026, 2, 23)
    assert session.aftercare.rest_days == 3


def test_what_nobody_asked_about_has_no_row(course, clinician):
    session = log(course, clinician, holds={"takes_no_nsaid": False, "anticoagulant": ""}, aftercare={})
    assert not hasattr(session, "holds")
    assert not hasattr(session, "aftercare")


def test_what_follows_from_the_counts_is_kept_with_its_formula(course, clinician):
    counts = {"blood_platelets": Decimal(250), "prp_platelets": Decimal(1500)}
    record = PrpPreparation.objects.get(session=log(course, clinician, preparation={**PRP, **counts}))
    assert (record.dose_billions, record.concentration_factor, record.capture_percent) == (
        *(Decimal("7.5"), Decimal(6), Decimal(60)),
    )
    assert record.formula_version >= 1
    assert record.leukocyte_class == "", "nobody counted white cells"


def test_the_reporting_checklist_is_rated(course, clinician):
    session = TreatmentSession.objects.get(pk=log(course, clinician).pk)
    assert session.checklist
    assert session.recorded_items
    assert session.missing_items


def test_the_same_key_twice_is_one_session(course, clinician):
    assert log(course, clinician, idempotency_key=KEY) == log(course, clinician, idempotency_key=KEY)
    assert TreatmentSession.objects.count() == 1


def test_the_same_amount_written_otherwise_is_the_same(course, clinician):
    first = log(course, clinician, idempotency_key=KEY)
    again = {**KNEE, "volume_ml": Decimal("5.00")}
    assert log(course, clinician, idempotency_key=KEY, injections=[again]) == first


@pytest.mark.parametrize("changes", [{"note": "Other"}, {"injections": [{**KNEE, "volume_ml": Decimal(6)}]}])
def test_the_same_key_with_other_details_is_refused(course, clinician, changes):
    log(course, clinician, idempotency_key=KEY)
    with pytest.raises(RuleBroken) as refused:
        log(course, clinician, idempotency_key=KEY, **changes)
    assert (refused.value.code, refused.value.field) == ("idempotency_key_reused", "idempotency_key")
    assert TreatmentSession.objects.count() == 1


def test_somebody_of_another_clinic_can_neither_log_nor_perform(course, clinician, stranger):
    with pytest.raises(PermissionDenied):
        log(course, stranger)
    with pytest.raises(RuleBroken):
        log(course, clinician, performed_by=stranger)


def test_the_database_lets_no_negative_amount_in(course, clinician):
    record = log(course, clinician).prp_preparation
    with pytest.raises(IntegrityError, match="prp_amounts_are_not_negative"), transaction.atomic():
        PrpPreparation.objects.filter(pk=record.pk).update(prp_platelets=Decimal(-1))
