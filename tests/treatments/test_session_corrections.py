"""Pages: changing a session, two people changing it at once, taking it back, and what then stands on record."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.treatments import stock
from tests.treatments.session_pages import ago, logged, page_of, typed_on, visit
from treatments.models import SessionRevision, TreatmentSession


def edit_page(session):
    return reverse("session-edit", args=[session.public_id])


def void_page(session):
    return reverse("session-void", args=[session.public_id])


def edited(client, session, **changes):
    """The answer to the edit page sent with these changes, everything else as it stood there."""
    return client.post(edit_page(session), {**typed_on(client.get(edit_page(session)).text), **changes})


def long_ago(session, **time):
    """The session as if it had been logged so long ago."""
    then = timezone.now() - dt.timedelta(**time)
    TreatmentSession.objects.filter(pk=session.pk).update(logged_at=then, performed_at=then)


@pytest.fixture
def session(staff, prp, lot):
    return logged(staff, prp, lots=[lot], room="2", note="Tolerated well.", **{"lots-0-injection": "0"})


def test_the_edit_page_is_filled_in_with_all_that_stands_there(staff, session, lot):
    typed = typed_on(staff.get(edit_page(session)).text)
    assert typed["injections-0-side"] == "right"
    assert typed["reaction"] == "none"
    assert typed["room"] == "2"
    assert typed["note"] == "Tolerated well."
    assert typed["preparation-prp_platelets"] == "1500"
    assert (typed["lots-0-lot"], typed["lots-0-quantity"], typed["lots-0-injection"]) == (str(lot.public_id), "1", "0")
    assert typed["version"] == "1"


def test_saving_the_edit_page_untouched_changes_nothing_but_the_version(staff, session, lot):
    before = session.performed_at, session.lot_uses.get().pk, session.injections.get().pk
    assert edited(staff, session).status_code == 302
    session = TreatmentSession.objects.get()
    assert (session.performed_at, session.lot_uses.get().pk, session.injections.get().pk) == before
    assert session.version == 2
    assert "Nothing that was recorded changed." in staff.get(f"/sessions/{session.public_id}/").text
    assert stock.left(lot) == 4


def test_a_change_is_saved_and_shown_field_by_field(staff, session, lot):
    answer = edited(staff, session, note="Pale.", **{"injections-0-volume_ml": "6.5", "lots-0-quantity": "2"})
    text = staff.get(answer.url).text
    assert "Changed" in text
    for label, before, after in (
        ("Worth remembering", "Tolerated well.", "Pale."),
        ("Injection 1, volume", "6", "6.5"),
        ("Lot 1, quantity", "1", "2"),
    ):
        change = re.search(rf"{label}</dt><dd><del>(.*?)</del>.*?<ins>(.*?)</ins>", text)
        assert change and change.groups() == (before, after)
    assert stock.left(lot) == 3


def test_bad_input_comes_back_on_the_edit_page_too(staff, session):
    answer = edited(staff, session, **{"injections-0-volume_ml": "lots"})
    assert answer.status_code == 422
    assert "Volume must be a number" in answer.text
    assert not SessionRevision.objects.exists()


def test_rows_and_lots_are_added_on_the_edit_page_without_saving(staff, session, lot):
    answer = edited(staff, session, scan="L2406A")
    assert answer.status_code == 200
    assert 'name="lots-0-quantity" value="2"' in answer.text
    assert "Injection 2" in edited(staff, session, add="injections").text
    assert not SessionRevision.objects.exists()


def test_after_a_day_a_change_needs_a_reason(staff, session):
    long_ago(session, hours=25)
    page = staff.get(edit_page(session)).text
    assert "It is more than a day since this session was logged." in page
    refused = edited(staff, session, note="Pale.")
    assert refused.status_code == 422
    assert "Why is it changed? is missing." in refused.text
    assert edited(staff, session, note="Pale.", reason="read the chart again").status_code == 302
    assert "read the chart again" in staff.get(f"/sessions/{session.public_id}/").text


def test_what_did_not_clash_is_merged_silently(staff, session):
    mine = typed_on(staff.get(edit_page(session)).text)
    assert edited(staff, session, note="Pale.").status_code == 302
    answer = staff.post(edit_page(session), {**mine, "room": "3"})
    assert answer.status_code == 302, re.findall(r"<th scope=.row.*", answer.text)
    session = TreatmentSession.objects.get()
    assert (session.note, session.room, session.version) == ("Pale.", "3", 3)


# Both hidden inputs have the same name.
CLASHING = {"clash": ["injections-0-volume_ml", "note"]}


def clash(client, session):
    """The page of choices: both changed the note and the volume, they the room too, and I the assistant."""
    mine = typed_on(client.get(edit_page(session)).text)
    edited(client, session, note="Pale.", room="3", **{"injections-0-volume_ml": "6.5"})
    changes = {"note": "Fine.", "assistant": "N. Ortiz", "injections-0-volume_ml": "7"}
    return client.post(edit_page(session), {**mine, **changes})


def test_a_clash_is_shown_field_by_field_with_nothing_chosen(staff, session, clinician):
    answer = clash(staff, session)
    assert answer.status_code == 409
    assert answer.text.count('type="radio"') == 4
    assert "checked" not in answer.text
    for words in ("Injection 1, volume", "7 mL", "6.5 mL", "Worth remembering", "Pale.", "Fine.", str(clinician)):
        assert words in answer.text
    assert "1 other change did not clash and is merged" in answer.text
    assert TreatmentSession.objects.get().note == "Pale."


def test_the_choices_are_saved_from_the_page(staff, session):
    typed = typed_on(clash(staff, session).text)
    typed |= {"choice:note": "mine", "choice:injections-0-volume_ml": "theirs", **CLASHING}
    assert staff.post(edit_page(session), typed).status_code == 302
    session = TreatmentSession.objects.get()
    assert (session.note, session.room, session.assistant) == ("Fine.", "3", "N. Ortiz")
    assert session.injections.get().volume_ml == Decimal("6.5")
    assert session.version == 3


def test_without_a_choice_nothing_is_saved_and_the_page_says_which(staff, session):
    typed = typed_on(clash(staff, session).text) | {"choice:note": "mine", **CLASHING}
    answer = staff.post(edit_page(session), typed)
    assert answer.status_code == 409
    assert "Choose yours or theirs for: Injection 1, volume" in answer.text
    assert TreatmentSession.objects.get().version == 2
    again = typed_on(answer.text) | {"choice:note": "mine", "choice:injections-0-volume_ml": "mine", **CLASHING}
    assert staff.post(edit_page(session), again).status_code == 302
    assert TreatmentSession.objects.get().injections.get().volume_ml == 7


def test_lots_that_both_changed_are_chosen_as_a_whole(staff, session, lot):
    mine = typed_on(staff.get(edit_page(session)).text)
    edited(staff, session, **{"lots-0-quantity": "2"})
    answer = staff.post(edit_page(session), {**mine, "lots-0-quantity": "3"})
    assert answer.status_code == 409
    assert "Lot: all rows" in answer.text
    assert "PRP kit, double spin, lot L2406A, 3 kit" in answer.text
    typed = typed_on(answer.text) | {"choice:lots-*": "theirs"}
    assert staff.post(edit_page(session), typed).status_code == 302
    assert stock.left(lot) == 3


def test_a_third_change_while_choosing_is_asked_about_again(staff, session):
    choosing = typed_on(clash(staff, session).text) | {"choice:note": "mine", "choice:injections-0-volume_ml": "mine"}
    edited(staff, session, note="Third.")
    answer = staff.post(edit_page(session), choosing)
    assert answer.status_code == 409
    assert "Third." in answer.text


@pytest.mark.parametrize("version", ["99", "0", "x", ""])
def test_a_version_that_never_was_leads_back_to_the_page(staff, session, version):
    typed = typed_on(staff.get(edit_page(session)).text) | {"version": version, "note": "Forged."}
    answer = staff.post(edit_page(session), typed, follow=True)
    assert "This page was out of date." in answer.text
    assert TreatmentSession.objects.get().note == "Tolerated well."


# Entered in error


def test_taking_back_says_first_what_will_happen(staff, session):
    text = staff.get(void_page(session)).text
    assert "1 lot goes back to stock: PRP kit, double spin, lot L2406A (1 kit)." in text
    assert "6 check-ins not yet asked are cancelled." in text
    assert not TreatmentSession.objects.get().entered_in_error_at


def test_with_another_session_the_check_ins_are_planned_from_that(staff, prp, session):
    logged(staff, prp, performed_at=ago(days=2))
    assert "6 check-ins not yet asked are planned again, from the session of" in staff.get(void_page(session)).text


def test_a_session_entered_in_error_is_struck_through_and_counted_nowhere(staff, prp, session, lot, patient):
    answer = staff.post(void_page(session), {"version": 1, "reason": "Wrong patient."}, follow=True)
    for words in ("<s>PRP,", "Entered in error", "Wrong patient.", "given back"):
        assert words in answer.text
    assert "Edit</a>" not in answer.text
    assert stock.left(lot) == 5
    assert prp.follow_ups.count() == 1, "the baseline"
    overview = staff.get(f"/patients/{patient.public_id}/").text
    assert "Entered in error: Wrong patient." in overview
    assert "0 sessions" in overview
    assert (
        "session 1" in staff.get(page_of(prp)).text or "Last session</dt><dd>none yet" in staff.get(page_of(prp)).text
    )


def test_taking_back_needs_a_reason(staff, session):
    answer = staff.post(void_page(session), {"version": 1, "reason": " "})
    assert answer.status_code == 422
    assert "Say why this session was entered in error." in answer.text
    assert not TreatmentSession.objects.get().entered_in_error_at


def test_what_was_changed_meanwhile_is_not_taken_back_unseen(staff, session):
    edited(staff, session, note="Pale.")
    answer = staff.post(void_page(session), {"version": 1, "reason": "Wrong patient."})
    assert answer.status_code == 422
    assert "Somebody else changed this session meanwhile" in answer.text
    assert 'name="version" value="2"' in answer.text


def test_what_is_entered_in_error_cannot_be_changed_or_taken_back_again(staff, session):
    staff.post(void_page(session), {"version": 1, "reason": "Wrong patient."})
    for page in (edit_page(session), void_page(session)):
        assert staff.get(page).url == f"/sessions/{session.public_id}/"
        assert staff.post(page, {"version": 2, "reason": "again"}).status_code == 302
    assert TreatmentSession.objects.get().version == 2


def test_undo_right_after_saving(staff, session):
    text = staff.get(f"/sessions/{session.public_id}/").text
    assert "Saved." in text
    assert "Undo</button>" in text
    answer = staff.post(void_page(session), {"version": 1, "undo": "1"}, follow=True)
    assert "Undone right after it was saved." in answer.text


def test_undo_lasts_ten_minutes_and_is_the_loggers(client, staff, session, manager):
    long_ago(session, minutes=11)
    assert "Undo</button>" not in staff.get(f"/sessions/{session.public_id}/").text
    assert staff.post(void_page(session), {"version": 1, "undo": "1"}).status_code == 422
    long_ago(session, minutes=1)
    client.force_login(manager)
    assert "Undo</button>" not in client.get(f"/sessions/{session.public_id}/").text
    assert client.post(void_page(session), {"version": 1, "undo": "1"}).status_code == 422


def test_corrections_are_for_staff_of_the_clinic_only(client, session, researcher, stranger):
    for person in (stranger, researcher):
        client.force_login(person)
        for page in (edit_page(session), void_page(session)):
            assert client.get(page).status_code == 404
            assert client.post(page, {"version": 1, "reason": "mine now"}).status_code == 404
    assert TreatmentSession.objects.get().version == 1


def test_corrections_take_no_other_method(staff, session):
    for page in (edit_page(session), void_page(session)):
        assert staff.put(page).status_code == 405
    assert staff.post(f"/sessions/{session.public_id}/").status_code == 405


def test_a_session_page_costs_a_bounded_number_of_queries(staff, prp, session, django_assert_max_num_queries):
    for number in range(3):
        edited(staff, session, note=f"Change {number}.")
    with django_assert_max_num_queries(17):
        staff.get(f"/sessions/{session.public_id}/")
    assert visit(prp)
