"""Correcting and taking back sessions through the API, their earlier versions, and review items."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.layers import layer
from tests.treatments.api_sessions import SESSIONS, body, course_of, vesicles
from tests.treatments.treating import KNEE, log
from treatments.api import examples
from treatments.models import SessionRevision, TreatmentSession

REVIEWS = "/api/v1/reviews/"
WHY = {"reason": "Read wrongly."}


@pytest.fixture
def session(program, clinician, course):
    """The documented PRP session as the API shows it; logged just now."""
    return program(clinician).post(SESSIONS, body(examples.PRP, course)).json()


def patch(client, session, changes, version=None):
    headers = {"If-Match": f'"{version or session["version"]}"'}
    return client.patch(f"{SESSIONS}{session['id']}/", changes, headers=headers)


def void(client, session, version=None, **sent):
    headers = {"If-Match": f'"{version or session["version"]}"'}
    return client.post(f"{SESSIONS}{session['id']}/void/", {"reason": "Wrong patient.", **sent}, headers=headers)


def test_what_is_not_given_stays(program, clinician, session):
    answer = patch(program(clinician), session, {"note": "From the side.", "prp": {"prp_platelets": "1400"}})
    assert answer.status_code == 200, answer.json()
    row = answer.json()
    assert (row["version"], row["note"], row["prp"]["prp_platelets"]) == (2, "From the side.", "1400")
    assert row["prp"]["dose_billions"] == "8.4"
    for part in ("injections", "holds", "aftercare", "room", "performed_at", "performed_by"):
        assert row[part] == session[part], part
    assert row["prp"]["spins"] == session["prp"]["spins"]
    assert row == program(clinician).get(f"{SESSIONS}{row['id']}/").json()


def test_null_takes_away_and_a_list_is_replaced(program, clinician, session):
    changes = {"holds": None, "prp": {"blood_neutrophils": None, "spins": [{"minutes": "8"}]}}
    row = patch(program(clinician), session, changes).json()
    assert (row["holds"], row["prp"]["blood_neutrophils"], len(row["prp"]["spins"])) == (None, None, 1)


def test_the_documented_correction_is_taken(program, clinician, session):
    answer = patch(program(clinician), session, examples.CHANGE)
    assert (answer.status_code, answer.json()["note"]) == (200, examples.CHANGE["note"])


def test_lots_stay_where_they_are_unless_they_change(program, clinician, patient):
    course, lot = course_of("exosome", patient, clinician), vesicles(clinician, patient)
    row = program(clinician).post(SESSIONS, body(examples.EXOSOME, course, lot=lot)).json()
    patch(program(clinician), row, {"note": "Seen."})
    assert lot.movements.count() == 2
    more = patch(program(clinician), row, {"lots": [{"lot": str(lot.public_id), "quantity": "2"}]}, version=2)
    assert [(use["quantity"], use["injection"]) for use in more.json()["lots"]] == [("2", None)]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"course": "1c8e5b7d-2a4f-4e6b-9d3c-8f7a6b5c4d3e"}, "course", "unknown_field"),
        ({"version": 3}, "version", "unknown_field"),
        ({"prp": {"dose_billions": "9"}}, "prp.dose_billions", "unknown_field"),
        ({"prp": {"prp_injected_ml": "7"}}, "prp.prp_injected_ml", "preparation_refused"),
        ({"prp": None}, "prp", "wrong_preparation"),
        ({"injections": [{"target": "knee_joint"}]}, "injections.0.side", "required"),
        ({"injections": None}, "injections", "required"),
        ({"performed_at": "2150-01-01T00:00:00Z"}, "performed_at", "session_in_future"),
        ([], None, "invalid"),
        (7, None, "invalid"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused(program, clinician, session, changes, field, code):
    answer = patch(program(clinician), session, changes)
    assert answer.status_code == 400, answer.json()
    assert (answer.json()["field"], answer.json()["code"]) == (field, code)
    assert TreatmentSession.objects.get().version == 1


def test_later_than_a_day_a_correction_says_why(program, clinician, course):
    row = {"id": log(course, clinician, at=timezone.now() - dt.timedelta(hours=25)).public_id, "version": 1}
    answer = patch(program(clinician), row, {"note": "Seen."})
    assert (answer.status_code, answer.json()["field"]) == (400, "reason")
    assert patch(program(clinician), row, {"note": "Seen.", **WHY}).status_code == 200
    assert SessionRevision.objects.get().reason == WHY["reason"]


def test_a_stale_version_is_answered_with_the_current_session(program, clinician, session):
    current = patch(program(clinician), session, {"note": "First"}).json()
    for late in (patch(program(clinician), session, {"note": "Late"}), void(program(clinician), session)):
        assert late.status_code == 412
        assert (late.json()["code"], late.json()["field"]) == ("session_changed", "If-Match")
        assert late.json()["current"] == current


@pytest.mark.parametrize(("header", "status"), [(None, 428), ("*", 400), ('"x"', 400), ('"²"', 400), ("1", 200)])
def test_a_change_says_which_version_it_starts_from(program, clinician, session, header, status):
    headers = {} if header is None else {"If-Match": header}
    answer = program(clinician).patch(f"{SESSIONS}{session['id']}/", {"note": "x"}, headers=headers)
    assert answer.status_code == status
    assert status == 200 or answer.json()["field"] == "If-Match"


def test_a_session_is_taken_back_and_stays_readable(program, clinician, session):
    answer = void(program(clinician), session)
    assert answer.status_code == 200
    row = answer.json()
    assert (row["version"], row["entered_in_error_by"]) == (2, clinician.email)
    assert row["entered_in_error_reason"] == "Wrong patient."
    assert row["injections"] == session["injections"]
    listed = program(clinician).get(SESSIONS, {"entered_in_error": "true"}).json()["results"]
    assert listed == [row]
    again = void(program(clinician), row)
    assert (again.status_code, again.json()["code"]) == (400, "session_in_error")


def test_taking_back_says_why(program, clinician, session):
    answer = void(program(clinician), session, reason=" ")
    assert (answer.status_code, answer.json()["field"]) == (400, "reason")


def test_earlier_versions_are_listed_whole(program, clinician, session):
    patch(program(clinician), session, {"note": "Second", **WHY})
    patch(program(clinician), session, {"note": "Third"}, version=2)
    rows = program(clinician).get(f"{SESSIONS}{session['id']}/revisions/").json()["results"]
    assert [(row["version"], row["reason"], row["replaced_by"]) for row in rows] == [
        (1, WHY["reason"], clinician.email),
        (2, "", clinician.email),
    ]
    assert [row["snapshot"]["note"] for row in rows] == ["", "Second"]
    assert rows[0]["snapshot"]["preparation"]["prp_platelets"] == "1500.0"


def test_strangers_find_no_session_to_change(program, stranger, researcher, session):
    for person, status in ((stranger, 404), (researcher, 403)):
        client = program(person)
        assert patch(client, session, {"note": "x"}).status_code == status
        assert void(client, session).status_code == status
        assert client.get(f"{SESSIONS}{session['id']}/revisions/").status_code == status


@layer
def item(course, clinician):
    """A review item of the front desk's working day: the left knee was treated."""
    left, meant = {**KNEE, "side": "left"}, {"side_not_planned": "Both knees hurt."}
    return log(course, clinician, injections=[left], overrides=meant).review_items.get()


def test_review_items_are_listed_and_settled_by_somebody_else(program, clinician, manager, item):
    rows = program(manager).get(REVIEWS, {"settled": "false", "kind": "side_not_planned"}).json()["results"]
    assert [(row["id"], row["raised_by"]) for row in rows] == [(str(item.public_id), clinician.email)]
    address = f"{REVIEWS}{item.public_id}/settle/"
    own = program(clinician).post(address, {"settlement": "It was meant."})
    assert (own.status_code, own.json()["code"]) == (400, "review_refused")
    done = program(manager).post(address, {"settlement": "It was meant."})
    assert (done.status_code, done.json()["settled_by"]) == (200, manager.email)
    assert program(manager).get(f"{REVIEWS}{item.public_id}/").json() == done.json()
    assert program(manager).get(REVIEWS, {"settled": "false"}).json()["results"] == []


def test_others_settle_nothing(program, front_desk, stranger, item):
    address = f"{REVIEWS}{item.public_id}/settle/"
    assert program(front_desk).post(address, {"settlement": "x"}).status_code == 403
    assert program(stranger).post(address, {"settlement": "x"}).status_code == 404
