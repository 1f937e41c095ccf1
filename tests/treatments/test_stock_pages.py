"""Pages of products and stock."""

import datetime as dt
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.days import today_there
from tests.layers import layer
from tests.treatments.stock import GTIN, left, receive, register
from treatments.actions import lots as actions
from treatments.models import Lot, Product, ProductStatus, StorageReading

PDF = b"%PDF-1.7 certificate"
NOBODY = uuid.UUID("00000000-0000-4000-8000-000000000000")


@pytest.fixture
def staff(client, clinician):
    client.force_login(clinician)
    return client


@layer
def kit(clinic, clinician) -> Product:
    return register(clinic, clinician, gtin=GTIN)


@layer
def lot(kit, clinician) -> Lot:
    """Five kits in quarantine."""
    return receive(kit, clinician)


def typed(**changes):
    """What is typed to register a product."""
    given = {
        "name": "Vesica EV",
        "manufacturer": "Arbor Biologics",
        "kind": "exosome_product",
        "regulated_as": "biologic",
        "unit": "vial",
        "gtin": "8500 0000 0018",
        "required_consents": ["investigational_product", "state_notice"],
    }
    return {**given, **changes}


# Products


def test_the_register_says_what_to_do_while_it_is_empty(staff):
    assert "No products yet" in staff.get(reverse("products")).text


def test_a_product_is_registered_and_its_standing_recorded(staff, clinic):
    page = staff.get(reverse("product-new"))
    assert "There are currently no FDA-approved exosome products" in page.text
    answer = staff.post(reverse("product-new"), typed(), follow=True)
    product = Product.objects.get()
    assert (product.gtin, product.required_consents) == (GTIN, ["investigational_product", "state_notice"])
    assert "Standing not recorded" in answer.text
    assert "There are currently no FDA-approved exosome products" in answer.text
    standing = {"jurisdiction": "us", "standing": "ind", "valid_from": "2026-01-01", "reference": "IND 12345"}
    answer = staff.post(reverse("product", args=[product.public_id]), standing, follow=True)
    assert "The standing is recorded." in answer.text
    assert "US: Investigational (IND)" in answer.text
    assert "US: Investigational (IND)" in staff.get(reverse("products")).text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Name is missing."),
        ({"manufacturer": " "}, "Manufacturer is missing."),
        ({"kind": "potion"}, "not one of the available choices"),
        ({"regulated_as": ""}, "Regulated as is missing."),
        ({"gtin": "850000000017"}, "The last digit of this GTIN does not fit"),
        ({"gtin": "abc"}, "A GTIN has 8, 12, 13 or 14 digits"),
        ({"unit": ""}, "Counted in is missing."),
        ({"required_consents": ["promise"]}, "not one of the available choices"),
        ({"name": "x" * 121}, "at most 120 characters"),
    ],
)
def test_a_product_that_cannot_be_comes_back_with_the_reason(staff, clinic, changes, message):
    answer = staff.post(reverse("product-new"), typed(**changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert not Product.objects.exists()


def test_a_product_is_not_registered_twice(staff, kit):
    again = typed(name=kit.name, manufacturer=kit.manufacturer, gtin="")
    answer = staff.post(reverse("product-new"), again)
    assert answer.status_code == 422
    assert "already registered" in answer.text


def test_a_product_is_corrected_and_retired(staff, kit):
    page = reverse("product", args=[kit.public_id])
    staff.post(page, typed(name="PRP kit 2", kind="prp_kit"))
    kit.refresh_from_db()
    assert kit.name == "PRP kit 2"
    retire = reverse("product-retire", args=[kit.public_id])
    assert "Retired" in staff.post(retire, follow=True).text
    assert "can be received again" in staff.post(retire, {"back": "1"}, follow=True).text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"jurisdiction": "Florida"}, "Give a country or state"),
        ({"standing": "magic"}, "not one of the available choices"),
        ({"valid_from": "soon"}, "Valid from is not a date"),
        ({"valid_from": "0026-01-01"}, "Check the year"),
        ({"reference": ""}, "Give the IND number"),
    ],
)
def test_a_standing_that_cannot_be_comes_back_with_the_reason(staff, kit, changes, message):
    given = {"jurisdiction": "US", "standing": "ind", "valid_from": "2026-01-01", "reference": "IND 1", **changes}
    answer = staff.post(reverse("product", args=[kit.public_id]), given)
    assert answer.status_code == 422
    assert message in answer.text
    assert not ProductStatus.objects.exists()


# Stock


def test_the_shelf_says_what_to_do_while_it_is_empty(staff):
    assert "Nothing is in stock" in staff.get(reverse("lots")).text


def test_the_shelf_is_filtered_and_what_expires_first_is_on_top(staff, kit, clinician):
    today = today_there()
    for number, days in (("LATE", 300), ("SOON", 5), ("GONE", -1), ("NEVER", None)):
        expires_on = None if days is None else today + dt.timedelta(days=days)
        receive(kit, clinician, lot_number=number, expires_on=expires_on)
    actions.release_lot(lot=Lot.objects.get(lot_number="LATE"), by=clinician)
    text = staff.get(reverse("lots")).text
    places = [text.index(number) for number in ("GONE", "SOON", "LATE", "NEVER")]
    assert places == sorted(places)
    assert "5 days left" in text and "1 day ago" in text
    for show, there, not_there in [
        ("soon", {"GONE", "SOON"}, {"LATE", "NEVER"}),
        ("quarantine", {"SOON"}, {"LATE"}),
        ("recalled", set(), {"SOON"}),
        ("all", {"LATE", "NEVER"}, set()),
        ("nonsense", {"LATE", "NEVER"}, set()),
    ]:
        text = staff.get(reverse("lots"), {"show": show}).text
        assert all(number in text for number in there), show
        assert not any(number in text for number in not_there), show


def test_a_scanned_code_leads_to_its_lot(staff, lot):
    for code in (f"01{GTIN}1726093010L2406A", "l2406a"):
        assert staff.get(reverse("lots"), {"q": code}).url == reverse("lot", args=[lot.public_id])
    assert "No lot fits" in staff.get(reverse("lots"), {"q": f"01{GTIN}10OTHER"}).text


def test_the_shelf_takes_few_queries_at_any_length(staff, kit, clinician, django_assert_max_num_queries):
    for number in range(60):
        receive(kit, clinician, lot_number=f"L{number}")
    with django_assert_max_num_queries(12):
        text = staff.get(reverse("lots")).text
    assert "1–50 of 60" in text
    assert "51–60 of 60" in staff.get(reverse("lots"), {"page": "2"}).text


def delivery(kit, **changes):
    """What is typed to receive a lot."""
    given = {"product": kit.public_id, "lot_number": "L2406A", "expires_on": "2026-09-30", "quantity": "5"}
    return {**given, **changes}


def test_the_scanner_fills_the_form_and_saves_nothing(staff, kit):
    scanned = {"scan": f"]d201{GTIN}1726090010L2406A", "quantity": "5", "donor_ref": "D-77"}
    answer = staff.post(reverse("lot-receive"), scanned)
    assert answer.status_code == 200
    assert not Lot.objects.exists()
    for filled in ('value="L2406A"', 'value="2026-09-30"', 'value="5"', 'value="D-77"'):
        assert filled in answer.text
    assert f'value="{kit.public_id}" selected' in answer.text
    assert "Filled in from the code" in answer.text


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ABC-1", "kept as typed in the lot number"),
        ("=W12342612345600", "kept as typed in the donation code"),
        (f"01{GTIN[:-1]}910L1", "wrong check digit"),
        ("010703206980498810L9", "No product with GTIN"),
    ],
)
def test_other_codes_are_kept_as_typed_or_refused_in_words(staff, kit, code, told):
    answer = staff.post(reverse("lot-receive"), {"scan": code})
    assert told in answer.text


def test_a_code_that_no_lot_had_can_be_handed_over(staff, kit):
    answer = staff.get(reverse("lot-receive"), {"scan": f"(01){GTIN}(10)L7"})
    assert 'value="L7"' in answer.text and f'value="{kit.public_id}" selected' in answer.text


def test_a_lot_is_received_with_its_certificate(staff, kit):
    sent = delivery(
        kit, certificate=SimpleUploadedFile("coa.pdf", PDF), scanned_text="01...", identification_code="T-1"
    )
    answer = staff.post(reverse("lot-receive"), sent, follow=True)
    lot = Lot.objects.get()
    assert (lot.status, left(lot), bytes(lot.certificate.content)) == ("quarantine", 5, PDF)
    assert lot.scanned_text == "01..."
    assert "Received, in quarantine." in answer.text and "coa.pdf" in answer.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"product": ""}, "Product is missing."),
        ({"product": NOBODY}, "not one of the available choices"),
        ({"product": "kit"}, "not a valid UUID"),
        ({"lot_number": ""}, "Lot number is missing."),
        ({"quantity": ""}, "Quantity is missing."),
        ({"quantity": "some"}, "Quantity must be a number"),
        ({"quantity": "-3"}, "must be more than 0"),
        ({"quantity": "1.2345"}, "no more than 3 decimal places"),
        ({"quantity": "1e9"}, "no more than 7 digits before"),
        ({"expires_on": "30.9.26x"}, "Expires is not a date"),
        ({"expires_on": "0206-09-30"}, "Check the year"),
        ({"identification_code": "RUTH 1"}, "This holds the name of a patient."),
        ({"donor_ref": "123-45-6789"}, "social security number"),
        ({"donation_code": "x;y;z"}, "A donation code has 5 to 40"),
        ({"certificate": SimpleUploadedFile("coa.exe", b"MZ")}, "neither a PDF nor"),
    ],
)
def test_a_delivery_that_cannot_be_comes_back_with_the_reason(staff, patient, kit, changes, message):
    answer = staff.post(reverse("lot-receive"), delivery(kit, **changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert not Lot.objects.exists()


def test_a_product_of_another_clinic_is_no_choice(staff, other_clinic, stranger):
    theirs = register(other_clinic, stranger)
    assert staff.post(reverse("lot-receive"), delivery(theirs)).status_code == 422


# One lot


def url(name, lot):
    return reverse(name, args=[lot.public_id])


def test_a_lot_is_released_and_put_back(staff, lot):
    assert "Released. It can be used" in staff.post(url("lot-release", lot), follow=True).text
    assert "is released and cannot be released" in staff.post(url("lot-release", lot), follow=True).text
    assert "In quarantine." in staff.post(url("lot-quarantine", lot), follow=True).text


def test_the_front_desk_does_not_release(client, front_desk, lot):
    client.force_login(front_desk)
    assert url("lot-release", lot) not in client.get(url("lot", lot)).text
    assert client.post(url("lot-release", lot)).status_code == 403


def test_counting_and_discarding(staff, lot):
    staff.post(url("lot-correct", lot), {"counted": "3", "reason": "Two broke"})
    assert left(lot) == 3
    page = staff.get(url("lot-discard", lot))
    assert "3 piece leave the ledger" in page.text
    answer = staff.post(url("lot-discard", lot), {"reason": "=SUM(A1)"}, follow=True)
    assert "Discarded." in answer.text
    assert left(lot) == 0
    ledger = staff.get(url("lot-ledger", lot)).getvalue().decode()
    assert ledger.startswith("﻿When,What,Quantity (piece),Reason,Who\r\n2026-03-02 12:00,Received,5.000,")
    assert "Discarded,-3.000,'=SUM(A1)" in ledger


@pytest.mark.parametrize(
    ("name", "sent", "message"),
    [
        ("lot-correct", {"counted": "-1", "reason": "x"}, "must be more than 0"),
        ("lot-correct", {"counted": "many", "reason": "x"}, "Counted must be a number"),
        ("lot-correct", {"counted": "5", "reason": "x"}, "already says 5"),
        ("lot-correct", {"counted": "4"}, "Reason is missing."),
        ("lot-discard", {}, "Reason is missing."),
        ("lot-reading", {"read_at": "2026-03-02T12:00", "celsius": "cold"}, "must be a number"),
        ("lot-reading", {"read_at": "2026-03-02T12:00", "celsius": "700"}, "from -273 to 100"),
        ("lot-reading", {"read_at": "2999-03-02T12:00", "celsius": "4"}, "cannot be in the future"),
        ("lot-reading", {"read_at": "2020-03-02T12:00", "celsius": "4"}, "before the lot was received"),
        ("lot-reading", {"read_at": "2026-03-02T12:00", "celsius": "4", "is_excursion": "on"}, "Say what was done"),
        ("lot-certificate", {}, "Certificate of analysis is missing."),
    ],
)
def test_a_change_that_cannot_be_comes_back_with_the_reason(staff, lot, name, sent, message):
    answer = staff.post(url(name, lot), sent)
    assert answer.status_code == 422
    assert message in answer.text
    assert left(lot) == 5 and not StorageReading.objects.exists()


def test_a_reading_is_added(staff, lot):
    sent = {"read_at": "2026-03-02T12:30", "celsius": "-79.5", "is_excursion": "on", "note": "Moved"}
    answer = staff.post(url("lot-reading", lot), sent, follow=True)
    assert "-79.5" in answer.text and "Excursion" in answer.text
    assert "2026-03-02 12:30,-79.5,yes,Moved," in staff.get(url("lot-storage", lot)).getvalue().decode()


def test_a_certificate_is_added_once(staff, lot):
    def pdf():
        return {"certificate": SimpleUploadedFile("coa.pdf", PDF)}

    assert "coa.pdf" in staff.post(url("lot-certificate", lot), pdf(), follow=True).text
    assert "already has its certificate" in staff.post(url("lot-certificate", lot), pdf()).text


# Doors


PAGES = ("lot", "lot-discard", "lot-correct", "lot-reading", "lot-certificate", "lot-ledger", "lot-storage")
CHANGES = ("lot-release", "lot-quarantine", "lot-discard", "lot-correct", "lot-reading", "lot-certificate")


def test_lots_and_products_of_another_clinic_are_not_there(client, stranger, lot):
    client.force_login(stranger)
    for name in PAGES:
        assert client.get(url(name, lot)).status_code == 404, name
    for name in CHANGES:
        assert client.post(url(name, lot)).status_code == 404, name
    assert client.get(url("product", lot.product)).status_code == 404
    assert client.post(url("product-retire", lot.product)).status_code == 404
    assert lot.lot_number not in client.get(reverse("lots"), {"show": "all"}).text
    assert client.get(reverse("lots"), {"q": lot.lot_number}).status_code == 200


def test_researchers_keep_no_stock(client, researcher, lot):
    client.force_login(researcher)
    for name in PAGES:
        assert client.get(url(name, lot)).status_code == 404, name
    for name in CHANGES:
        assert client.post(url(name, lot)).status_code == 404, name
    for address in (reverse("lots"), reverse("lot-receive"), reverse("products"), reverse("product-new")):
        assert client.get(address).status_code == 403
    assert client.get(url("product", lot.product)).status_code == 403


def test_pages_refuse_other_methods(staff, lot):
    for name in ("lot-release", "lot-quarantine"):
        assert staff.get(url(name, lot)).status_code == 405
    for name in ("lot", "lot-ledger", "lot-storage"):
        assert staff.post(url(name, lot)).status_code == 405
    assert staff.get(url("product-retire", lot.product)).status_code == 405
    for name in ("lots", "products"):
        assert staff.post(reverse(name)).status_code == 405
    assert staff.delete(reverse("lot-receive")).status_code == 405


def test_a_lot_shows_what_it_holds(staff, lot):
    text = staff.get(url("lot", lot)).text
    for words in ("Lot L2406A", "30 Sep 2026", "In quarantine", "Nobody.", "No reading yet.", GTIN):
        assert words in text
