"""The cast of the treatments' pages: staff who are signed in, a course of each kind, and lots on the shelf."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.conftest import NOON
from tests.layers import layer
from tests.treatments import stock
from tests.treatments.session_pages import course_of
from treatments.actions import lots
from treatments.models import Course, Lot, Product, Protocol


@pytest.fixture
def staff(client, clinician):
    """A browser in which Hana, a clinician, is signed in."""
    client.force_login(clinician)
    return client


@pytest.fixture
def desk(client, front_desk):
    """A browser in which Maya of the front desk is signed in."""
    client.force_login(front_desk)
    return client


@layer
def open_courses(patient, clinic, clinician) -> dict[str, Course]:
    """One course of each kind, by its modality."""
    protocols = Protocol.objects.filter(clinic=clinic).select_related("treatment_type")
    return {
        protocol.treatment_type.modality: course_of(protocol, patient, clinician)
        for protocol in protocols.filter(name__contains="standard follow-up")
    }


@layer
def prp(open_courses) -> Course:
    return open_courses["prp"]


def in_days(days: int) -> dt.date:
    return timezone.localdate(timezone=NOON.tzinfo) + dt.timedelta(days=days)


@layer
def kit(clinic, manager) -> Product:
    """The PRP kit, with its GTIN."""
    return stock.register(clinic, manager, gtin=stock.GTIN, unit="kit")


@layer
def lot(kit, manager) -> Lot:
    """Lot L2406A of the kit: released, in date, five of it."""
    return lots.release_lot(lot=stock.receive(kit, manager, expires_on=in_days(90)), by=manager)


@layer
def vials(clinic, manager) -> Lot:
    """Lot EX-7 of an exosome product: released, in date, five vials."""
    product = stock.register(
        clinic, manager, name="Vesica", kind="exosome_product", regulated_as="biologic", unit="vial"
    )
    lot = stock.receive(product, manager, lot_number="EX-7", expires_on=in_days(90))
    return lots.release_lot(lot=lot, by=manager)
