"""Products, lots and codes through the API: the pages' rules and words."""

import datetime as dt
import uuid

import pytest

from clinic.actions import store_file
from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.stock import GTIN, receive, register
from treatments.actions import lots as actions
from treatments.api import stock as examples
from treatments.models import Lot, Product

PRODUCTS, LOTS = "/api/v1/products/", "/api/v1/lots/"


@layer
def kit(clinic, clinician) -> Product:
    return register(clinic, clinician, gtin=GTIN, unit="vial")


@layer
def lot(kit, clinician) -> Lot:
    """Five vials in quarantine."""
    return receive(kit, clinician)


def post(client, lot, what, body=None):
    return client.post(f"{LOTS}{lot.public_id}/{what}/", body or {})


def test_the_documented_product_is_registered_and_read(program, front_desk, clinic):
    got = program(front_desk)
    made = got.post(PRODUCTS, {**examples.PRODUCT, "clinic": str(clinic.public_id)})
    assert made.status_code == 201, made.json()
    assert (made.json()["gtin"], made.json()["standings"]) == (GTIN, [])
    with_standing = got.post(f"{PRODUCTS}{made.json()['id']}/standings/", examples.STANDING)
    assert with_standing.status_code == 201
    assert with_standing.json()["standings"][0].items() >= examples.STANDING.items()
    assert got.get(f"{PRODUCTS}{made.json()['id']}/").json() == with_standing.json()


def test_a_product_is_corrected_and_retired(program, clinician, kit):
    got, path = program(clinician), f"{PRODUCTS}{kit.public_id}/"
    assert got.patch(path, {"catalogue_number": "K-2"}, headers={"If-Match": '"1"'}).json()["catalogue_number"] == "K-2"
    assert got.post(f"{path}retire/").json()["is_retired"] is True
    assert got.get(PRODUCTS, {"is_retired": "false"}).json()["results"] == []
    assert got.post(f"{path}bring-back/").json()["is_retired"] is False


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"gtin": "00850000000017"}, "gtin", "gtin_refused"),
        ({"kind": "potion"}, "kind", "invalid_choice"),
        ({"name": ""}, "name", "blank"),
        ({"clinic": str(uuid.uuid4())}, "clinic", "unknown"),
        ({"required_consents": ["promise"]}, "required_consents", "invalid_choice"),
        ({"approved": True}, "approved", "unknown_field"),
    ],
)
def test_a_product_that_cannot_be_is_refused(program, clinician, clinic, changes, field, code):
    answer = program(clinician).post(PRODUCTS, {**examples.PRODUCT, "clinic": str(clinic.public_id), **changes})
    assert answer.status_code == 400
    assert (answer.json()["field"].partition(".")[0], answer.json()["code"]) == (field, code)


def test_the_documented_lot_is_received_and_read(program, front_desk, kit, clinic):
    file = store_file(clinic=clinic, name="coa.pdf", content=b"%PDF-1.7", at=NOON, by=front_desk)
    body = {**examples.LOT, "product": str(kit.public_id), "certificate": str(file.public_id)}
    made = program(front_desk).post(LOTS, body)
    assert made.status_code == 201, made.json()
    assert made.json().items() >= {**body, "status": "quarantine", "quantity": "12", "unit": "vial"}.items()
    assert program(front_desk).get(f"{LOTS}{made.json()['id']}/").json() == made.json()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"quantity": "0"}, "quantity", "lot_quantity_refused"),
        ({"quantity": "-1"}, "quantity", "min_value"),
        ({"quantity": "1.2345"}, "quantity", "max_decimal_places"),
        ({"lot_number": ""}, "lot_number", "blank"),
        ({"expires_on": "2190-01-01"}, "expires_on", "lot_refused"),
        ({"expires_on": "31.12.2026"}, "expires_on", "invalid"),
        ({"identification_code": "RUTH"}, "identification_code", "code_refused"),
        ({"donor_ref": "123-45-6789"}, "donor_ref", "code_refused"),
        ({"donation_code": "a;b;c"}, "donation_code", "code_refused"),
        ({"product": str(uuid.uuid4())}, "product", "unknown"),
        ({"certificate": str(uuid.uuid4())}, "certificate", "unknown"),
        ({"status": "released"}, "status", "unknown_field"),
    ],
)
def test_a_lot_that_cannot_be_is_refused(program, clinician, patient, kit, changes, field, code):
    answer = program(clinician).post(LOTS, {**examples.LOT, "product": str(kit.public_id), **changes})
    assert answer.status_code == 400
    assert (answer.json()["field"], answer.json()["code"]) == (field, code)
    assert not Lot.objects.exists()


def test_a_lot_through_its_life(program, clinician, front_desk, lot):
    got = program(clinician)
    assert post(program(front_desk), lot, "release").status_code == 403
    assert post(got, lot, "release").json()["status"] == "released"
    again = post(got, lot, "release")
    assert (again.status_code, again.json()["code"]) == (400, "lot_state_refused")
    assert post(got, lot, "quarantine").json()["status"] == "quarantine"
    counted = post(got, lot, "correct", {"counted": "4.5", "reason": "Spilt"}).json()
    assert counted["quantity"] == "4.5"
    reading = post(got, lot, "readings", examples.READING)
    assert (reading.status_code, reading.json()["celsius"]) == (201, "-79.5")
    gone = post(got, lot, "discard", {"reason": "Thawed"}).json()
    assert (gone["status"], gone["quantity"]) == ("discarded", "0")
    lines = got.get("/api/v1/lot-movements/", {"lot": lot.public_id}).json()["results"]
    assert [line["quantity"] for line in reversed(lines)] == ["5", "-0.5", "-4.5"]
    assert len(got.get("/api/v1/storage-readings/", {"lot": lot.public_id}).json()["results"]) == 1


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("correct", {"counted": "5", "reason": "x"}, "counted"),
        ("correct", {"counted": "4"}, "reason"),
        ("correct", {"counted": "-4", "reason": "x"}, "counted"),
        ("discard", {"reason": " "}, "reason"),
        ("readings", {"read_at": "2026-03-02T08:00:00", "celsius": "4"}, "read_at"),
        ("readings", {"read_at": "2150-03-02T08:00:00Z", "celsius": "4"}, "read_at"),
        ("readings", {"read_at": "2026-03-02T12:00:00Z", "celsius": "795"}, "celsius"),
        ("readings", {"read_at": "2026-03-02T12:00:00Z", "celsius": "9", "is_excursion": True}, "note"),
        ("recall", {"severity": "IV", "reason": "x", "announced_on": "2026-03-01"}, "severity"),
        ("recall", {"severity": "I", "reason": "x", "announced_on": "2150-03-01"}, "announced_on"),
    ],
)
def test_a_change_that_cannot_be_is_refused(program, clinician, lot, what, body, field):
    answer = post(program(clinician), lot, what, body)
    assert answer.status_code == 400
    assert answer.json()["field"] == field


def test_lots_are_filtered(program, clinician, lot):
    got = program(clinician)
    for narrow, count in [
        ({"product": lot.product.public_id}, 1),
        ({"product": uuid.uuid4()}, 0),
        ({"status": "quarantine"}, 1),
        ({"status": "recalled"}, 0),
        ({"lot_number": "L2406A"}, 1),
        ({"expires_to": dt.date(2026, 9, 29)}, 0),
        ({"expires_to": dt.date(2026, 9, 30)}, 1),
    ]:
        assert len(got.get(LOTS, narrow).json()["results"]) == count, narrow


@pytest.mark.parametrize(
    ("code", "is_gs1", "found"),
    [
        (f"]d201{GTIN}1726093010L2406A", True, 1),
        (f"01{GTIN}10L2406A\x1d17260900", True, 1),
        ("l2406a", False, 1),
        ("L9", False, 0),
        (f"01{GTIN}10L9", True, 0),
    ],
)
def test_a_scanned_code_says_which_lot_it_means(program, clinician, lot, code, is_gs1, found):
    read = program(clinician).post(f"{LOTS}scan/", {"code": code}).json()
    assert (read["is_gs1"], len(read["lots"])) == (is_gs1, found)
    assert read["products"] == ([str(lot.product.public_id)] if is_gs1 else [])


def test_a_damaged_code_is_no_lot(program, clinician, lot):
    read = program(clinician).post(f"{LOTS}scan/", {"code": f"01{GTIN[:-1]}910L2406A"}).json()
    assert "wrong check digit" in read["problem"]
    assert read["lots"] == []


def test_another_clinic_sees_and_changes_nothing(program, stranger, clinician, lot):
    got = program(stranger)
    assert got.get(LOTS).json()["results"] == []
    assert got.get(f"{LOTS}{lot.public_id}/").status_code == 404
    assert got.get(f"{PRODUCTS}{lot.product.public_id}/").status_code == 404
    for what in ("release", "quarantine", "discard", "correct", "readings", "recall"):
        assert post(got, lot, what).status_code == 404, what
    assert got.post(f"{LOTS}scan/", {"code": "L2406A"}).json()["lots"] == []
    assert got.post(LOTS, {**examples.LOT, "product": str(lot.product.public_id)}).json()["code"] == "unknown"


def test_researchers_read_products_but_no_lots(program, researcher, lot):
    got = program(researcher)
    assert len(got.get(PRODUCTS).json()["results"]) == 1
    for path in (LOTS, "/api/v1/lot-movements/", "/api/v1/storage-readings/", "/api/v1/lot-uses/", "/api/v1/recalls/"):
        assert got.get(path).status_code == 403, path
    assert (
        got.patch(f"{PRODUCTS}{lot.product.public_id}/", {"name": "Mine"}, headers={"If-Match": "1"}).status_code == 403
    )


def test_a_lot_that_is_released_twice_at_once_is_released_once(program, clinician, lot):
    actions.release_lot(lot=lot, by=clinician)
    assert post(program(clinician), lot, "release").json()["message"] == (
        "Lot L2406A is released and cannot be released."
    )
