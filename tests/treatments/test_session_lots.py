"""Lots on a session's page: scanned, picked, refused; and going on against a rule with a written reason."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from patients.models import ConsentKind
from tests.layers import layer
from tests.treatments import stock
from tests.treatments.conftest import in_days
from tests.treatments.session_pages import logged, page_of, typed_on, visit
from treatments.actions import lots, recalls
from treatments.models import Lot, LotUse, ReviewItem, TreatmentSession


def code(number: str = "L2406A", *, separator: str = "") -> str:
    """What the scanner types for a lot of the kit."""
    return f"(01){stock.GTIN}(17)270930{separator}(10){number}"


@pytest.mark.parametrize("text", [code(), f"]d201{stock.GTIN}1727093010L2406A", "L2406A", " l2406a "])
def test_a_scanned_lot_is_added_and_nothing_is_saved(staff, prp, lot, text):
    answer = staff.post(page_of(prp), visit(prp, scan=text, note="walked in", reaction=None))
    assert answer.status_code == 200
    assert 'class="err' not in answer.text, "what is still empty is not wrong yet"
    assert "PRP kit, double spin, lot L2406A" in answer.text
    assert "walked in" in answer.text
    assert 'name="lots-0-quantity" value="1"' in answer.text
    assert re.search(r'id="scan" name="scan" value=""[^>]* autofocus', answer.text)
    assert not TreatmentSession.objects.exists()
    sent = staff.post(page_of(prp), {**typed_on(answer.text), "reaction": "none"})
    assert sent.status_code == 302, "what came back can be saved as it is"
    assert stock.left(lot) == 4


def test_the_same_lot_again_is_one_more_of_it(staff, prp, lot):
    answer = staff.post(page_of(prp), visit(prp, lots=[lot], scan="L2406A"))
    assert 'name="lots-0-quantity" value="2"' in answer.text
    assert "lots-1-quantity" not in answer.text


def test_a_lot_is_picked_from_the_shelf(staff, prp, lot, vials):
    shelf = staff.get(page_of(prp)).text
    assert f'<option value="{lot.public_id}">PRP kit, double spin · lot L2406A' in shelf
    assert str(vials.public_id) not in shelf, "an exosome product does not fit PRP"
    answer = staff.post(page_of(prp), visit(prp, pick=str(lot.public_id)))
    assert answer.status_code == 200
    assert "PRP kit, double spin, lot L2406A" in answer.text


@pytest.mark.parametrize(
    ("text", "message", "link"),
    [
        (code("L9999"), "No lot L9999 is on the shelf: receive it first.", True),
        ("nonsense 7", "“nonsense 7” is not a GS1 code, and no lot of that number is on the shelf.", True),
        (stock.GTIN, "This code names a product but no lot", False),
        (f"(01){stock.GTIN[:-1]}0(10)L2406A", "wrong check digit", False),
    ],
)
def test_what_is_not_on_the_shelf_stays_as_it_was_typed(staff, prp, lot, text, message, link):
    answer = staff.post(page_of(prp), visit(prp, scan=text, note="walked in"))
    assert answer.status_code == 422
    assert message in answer.text
    assert f'name="scan" value="{text}"' in answer.text
    assert ("Receive this lot" in answer.text) is link
    assert "walked in" in answer.text
    assert not TreatmentSession.objects.exists()


def test_the_link_to_receive_a_lot_fills_its_page_in(staff, prp, kit):
    text = staff.post(page_of(prp), visit(prp, scan=code("L9999"))).text
    address = re.search(r'href="(/lots/receive/[^"]+)"', text)[1]
    assert 'value="L9999"' in staff.get(address).text


def test_a_number_that_two_lots_have_is_not_guessed(staff, prp, lot, clinic, manager):
    other = stock.register(clinic, manager, name="Calcium", kind="additive")
    lots.release_lot(lot=stock.receive(other, manager, expires_on=in_days(90)), by=manager)
    assert "More than one lot has this number" in staff.post(page_of(prp), visit(prp, scan="L2406A")).text


def test_a_recalled_lot_is_a_plain_stop_when_scanned_and_when_saved(staff, prp, lot, manager):
    start_recall(lot, manager)
    assert "Lot L2406A is recalled: do not use it." in staff.post(page_of(prp), visit(prp, scan="L2406A")).text
    answer = staff.post(page_of(prp), visit(prp, lots=[lot], **{"reason-lot_expired": "because"}))
    assert answer.status_code == 422
    assert "recalled" in answer.text
    assert 'name="reason-' not in re.sub(r'<input type="hidden"[^>]*>', "", answer.text)
    assert not TreatmentSession.objects.exists()


def start_recall(lot: Lot, by) -> None:
    today = in_days(0)
    recalls.recall_lot(
        lot=lot, severity="II", reason="Particles in the tube", announced_on=today, at=timezone.now(), by=by
    )


def test_lots_of_another_clinic_are_not_there(staff, prp, lot, other_clinic, stranger):
    product = stock.register(other_clinic, stranger)
    theirs = stock.receive(product, stranger, lot_number="X1", expires_on=in_days(90))
    assert "is not a GS1 code" in staff.post(page_of(prp), visit(prp, scan="X1")).text
    assert "no such lot" in staff.post(page_of(prp), visit(prp, pick=str(theirs.public_id))).text
    answer = staff.post(page_of(prp), visit(prp, lots=[theirs]))
    assert "There is no such lot at this clinic." in answer.text
    assert not TreatmentSession.objects.exists()


@pytest.mark.parametrize(
    ("quantity", "message"),
    [("", "Quantity is missing."), ("0", "more than 0"), ("-1", "more than 0"), ("lots", "must be a number")],
)
def test_a_quantity_is_a_number_above_nothing(staff, prp, lot, quantity, message):
    answer = staff.post(page_of(prp), visit(prp, lots=[lot], **{"lots-0-quantity": quantity}))
    assert answer.status_code == 422
    assert f"Lot 1: {'Quantity' if 'missing' in message else ''}" in answer.text
    assert message in answer.text


def test_a_lot_is_for_one_injection_or_for_the_whole_session(staff, prp, lot):
    session = logged(staff, prp, lots=[lot], **{"lots-0-injection": "0"})
    assert session.lot_uses.get().injection == session.injections.get()
    forged = visit(prp, lots=[lot], **{"lots-0-injection": "7"})
    assert staff.post(page_of(prp), forged).status_code == 422


def test_a_lot_is_removed_again(staff, prp, lot):
    answer = staff.post(page_of(prp), visit(prp, lots=[lot], remove="lots-0"))
    assert answer.status_code == 200
    assert "lots-0-quantity" not in answer.text


def test_the_regulatory_standing_and_the_fda_sentence_are_shown_where_the_lot_is_chosen(staff, open_courses, vials):
    answer = staff.post(page_of(open_courses["exosome"]), visit(open_courses["exosome"], lots=[vials], add="lots"))
    assert "There are currently no FDA-approved exosome products" in answer.text


# Findings


def asked(client, course, **changes):
    """The page that comes back with findings."""
    answer = client.post(page_of(course), visit(course, **changes))
    assert answer.status_code == 422
    assert not TreatmentSession.objects.exists()
    return answer.text


def test_another_side_than_planned_is_asked_about_and_nothing_is_chosen_for_anybody(staff, prp):
    text = asked(staff, prp, **{"injections-0-side": "left"})
    assert "The plan says <strong>Right</strong>. You chose <strong>Left</strong>." in text
    assert "Change to Right" in text
    assert "It was Left: say why" in text
    assert len(re.findall(r"<[^>]* autofocus", text)) == 1
    assert not re.search(r"<(button|input)[^>]* autofocus", text), "neither button has the focus"


def test_the_side_is_changed_by_one_button(staff, prp):
    typed = visit(prp, **{"injections-0-side": "left", "change_side": "0-right"})
    assert staff.post(page_of(prp), typed).status_code == 302
    assert TreatmentSession.objects.get().injections.get().side == "right"
    assert not ReviewItem.objects.exists()


def test_the_other_side_with_a_reason_is_saved_and_looked_at_by_somebody(desk, prp):
    typed = visit(prp, **{"injections-0-side": "left", "reason-side_not_planned": "the plan was wrong"})
    answer = desk.post(page_of(prp), typed, follow=True)
    item = ReviewItem.objects.get()
    assert (item.kind, item.reason) == ("side_not_planned", "the plan was wrong")
    assert "Another side than planned" in answer.text


def test_an_empty_reason_is_none(staff, prp):
    asked(staff, prp, **{"injections-0-side": "left", "reason-side_not_planned": "   "})


@layer
def expired(kit, manager) -> Lot:
    lot = stock.receive(kit, manager, lot_number="L2309B", expires_on=in_days(-20))
    return lots.release_lot(lot=lot, by=manager)


def test_an_expired_lot_goes_with_a_clinicians_reason_only(staff, prp, expired):
    text = asked(staff, prp, lots=[expired])
    assert "expired" in text
    assert f"/lots/{expired.public_id}/" in text
    assert (
        staff.post(page_of(prp), visit(prp, lots=[expired], **{"reason-lot_expired": "nothing else"})).status_code
        == 302
    )
    assert ReviewItem.objects.get().kind == "lot_expired"


def test_the_front_desk_is_told_to_ask_a_clinician(desk, prp, expired):
    text = asked(desk, prp, lots=[expired])
    assert "Ask a clinician" in text
    assert 'name="reason-lot_expired"' not in text
    forged = desk.post(page_of(prp), visit(prp, lots=[expired], **{"reason-lot_expired": "nothing else"}))
    assert forged.status_code == 403
    assert not LotUse.objects.exists()


def test_more_than_the_lot_holds_and_a_lot_in_quarantine_are_found(staff, prp, lot, kit, manager):
    waiting = stock.receive(kit, manager, lot_number="L2500C", expires_on=in_days(90))
    text = asked(staff, prp, lots=[lot, waiting], **{"lots-0-quantity": "9"})
    assert "More used than the lot held" in text
    assert "Lot was not released" in text
    assert text.count('class="card doubts"') == 2


def test_a_missing_consent_leads_to_where_it_is_recorded(staff, prp, clinic, manager, patient):
    product = stock.register(clinic, manager, required_consents=[ConsentKind.INVESTIGATIONAL_PRODUCT.value])
    lot = lots.release_lot(lot=stock.receive(product, manager, expires_on=in_days(90)), by=manager)
    text = asked(staff, prp, lots=[lot])
    assert "Used without the signed, current consent" in text
    assert f'href="/patients/{patient.public_id}/consents/' in text
    typed = visit(prp, lots=[lot], **{"reason-consent_missing": "signed on paper, not yet scanned"})
    assert staff.post(page_of(prp), typed).status_code == 302


def test_reasons_are_not_lost_when_something_else_has_to_be_put_right(staff, prp, expired):
    typed = {"lots": [expired], "reason-lot_expired": "nothing else", "reaction": None}
    assert 'name="reason-lot_expired" value="nothing else"' in asked(staff, prp, **typed)


def test_days_of_lots_are_the_clinics(staff, prp, kit, manager):
    today = in_days(0)
    lot = lots.release_lot(lot=stock.receive(kit, manager, lot_number="L1", expires_on=today), by=manager)
    assert f"expires {today:%-d} " in staff.get(page_of(prp)).text
    assert isinstance(lot.expires_on, dt.date)
    logged(staff, prp, lots=[lot])
