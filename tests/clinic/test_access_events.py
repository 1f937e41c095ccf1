"""Who saw what (AUD-2, AUD-7, HIP-3): reads, lists, searches, exports, coming, going and being refused."""

import uuid

import pytest
from django.db import connection
from django.urls import reverse

from clinic import database
from clinic.models import AccessEvent
from patients.models import Patient
from tests.signing_in import next_code, set_up_app, sign_in


def last() -> AccessEvent:
    return AccessEvent.objects.order_by("id").last()


def test_reading_a_patient_is_recorded(client, patient, front_desk):
    """HIP-3: who, when, which patient, on which page; the time is the database's own (P11-3)."""
    client.force_login(front_desk)
    assert client.get(reverse("patient", args=[patient.public_id])).status_code == 200
    [event] = AccessEvent.objects.all()
    assert (event.kind, event.user, event.patient_id, event.clinic) == ("read", front_desk, patient.pk, patient.clinic)
    assert (event.route, event.method, event.status) == ("patient", "GET", 200)
    assert (event.kind_of_row, event.row) == ("patients.patient", patient.public_id)
    assert (event.address, event.token) == ("127.0.0.1", None)
    assert event.at is not None


def test_a_page_deep_in_the_record_names_its_patient(client, course, front_desk, clinician):
    client.force_login(clinician)
    assert client.get(reverse("log-session", args=[course.public_id])).status_code == 200
    assert (last().patient_id, last().kind_of_row) == (course.patient_id, "treatments.course")


def test_a_program_that_reads_is_recorded_with_its_token(program, patient, course, clinician):
    client = program(clinician)
    assert client.get(f"/api/v1/courses/{course.public_id}/").status_code == 200
    event = last()
    assert (event.kind, event.patient_id, event.route) == ("read", patient.pk, "api-course-detail")
    assert event.token == clinician.api_tokens.get().public_id
    assert client.get("/api/v1/courses/").status_code == 200
    event = last()
    assert (event.kind, event.n_rows, event.patient_id, event.kind_of_row) == ("listed", 1, None, "treatments.course")


def test_a_list_is_one_record_and_a_search_keeps_no_words(client, patient, front_desk):
    client.force_login(front_desk)
    client.get(reverse("patients"))
    assert (last().kind, last().n_rows) == ("listed", 1)
    client.get(reverse("patients"), {"q": "ruth"})
    event = last()
    assert (event.kind, event.n_rows, event.clinic) == ("searched", 1, patient.clinic)
    values = AccessEvent.objects.filter(pk=event.pk).values().get()
    assert "ruth" not in str(values).lower()
    assert AccessEvent.objects.count() == 2


def test_pages_that_show_no_patient_leave_nothing(client, manager):
    client.force_login(manager)
    for name in ("setup", "reports", "health", "api-tokens"):
        assert client.get(reverse(name)).status_code == 200
    assert not AccessEvent.objects.exists()


def test_what_is_not_yours_is_refused_and_recorded(client, patient, stranger, other_clinic):
    """AUD-7: the request's transaction shows nothing, the attempt is kept; at the clinic of the one who tried."""
    client.force_login(stranger)
    assert client.get(reverse("patient", args=[patient.public_id])).status_code == 404
    [event] = AccessEvent.objects.all()
    assert (event.kind, event.user, event.clinic, event.status) == ("denied", stranger, other_clinic, 404)
    assert (event.patient_id, event.row) == (None, None)


def test_a_role_that_may_not_is_recorded(client, front_desk):
    client.force_login(front_desk)
    assert client.get(reverse("audit")).status_code == 403
    assert (last().kind, last().route, last().status) == ("denied", "audit", 403)


def test_a_program_with_a_wrong_key_is_recorded(client, db):
    assert client.get("/api/v1/patients/", headers={"Authorization": "Bearer mdl_wrong"}).status_code == 401
    assert (last().kind, last().user, last().clinic) == ("denied", None, None)


def test_signing_in_out_and_failing_to_is_recorded(client, manager, clinic):
    set_up_app(manager)
    sign_in(client, manager.email, "wrong")
    assert (last().kind, last().user, last().clinic) == ("sign_in_failed", manager, clinic)
    sign_in(client, "nobody@example.org", "wrong")
    assert (last().kind, last().user, last().clinic) == ("sign_in_failed", None, None)
    sign_in(client, manager.email)
    assert AccessEvent.objects.count() == 2, "the password alone signs nobody in"
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert last().kind == "sign_in_failed"
    client.post(reverse("mfa_authenticate"), {"code": next_code(manager)})
    assert (last().kind, last().user, last().clinic) == ("signed_in", manager, clinic)
    client.post(reverse("logout"))
    assert (last().kind, last().user, last().clinic) == ("signed_out", manager, clinic)
    assert "nobody@" not in str(list(AccessEvent.objects.values()))


@pytest.mark.parametrize("page", ["survey-welcome", "sign"])
def test_a_link_that_opens_nothing_is_recorded_without_its_secret(client, db, page):
    """F-42."""
    secret = "A" * 43
    assert client.get(reverse(page, args=[secret])).status_code == 404
    [event] = AccessEvent.objects.all()
    assert (event.kind, event.user, event.clinic) == ("link_refused", None, None)
    assert secret not in str(AccessEvent.objects.values().get())


def test_an_export_says_how_many_rows_went_out(client, manager, patient):
    client.force_login(manager)
    answer = client.get(reverse("received-lots", args=[patient.public_id]), {"format": "csv"})
    assert [event.kind for event in AccessEvent.objects.order_by("id")] == ["exported"]
    assert b"".join(answer.streaming_content)
    began, ended = AccessEvent.objects.order_by("id")
    assert (began.kind, began.patient_id, began.n_rows) == ("exported", patient.pk, None)
    assert (ended.kind, ended.patient_id, ended.n_rows) == ("export_ended", patient.pk, 0)


def test_requests_are_told_apart(client, patient, front_desk):
    client.force_login(front_desk)
    for _ in range(2):
        client.get(reverse("patient", args=[patient.public_id]))
    first, second = AccessEvent.objects.all()
    assert first.request_id != second.request_id
    assert first.at < second.at


@pytest.mark.django_db(transaction=True)
def test_a_record_that_cannot_be_kept_is_not_shown(client, patient, front_desk):
    """Fail closed: without the record there is no page."""
    client.force_login(front_desk)
    role = database.application_role()
    function = "FUNCTION mendline_record_access(jsonb)"
    with database.as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"REVOKE EXECUTE ON {function} FROM {role}")
    try:
        answer = client.get(reverse("patient", args=[patient.public_id]))
        assert client.get(reverse("setup")).status_code == 200
    finally:
        with database.as_owner(connection), connection.cursor() as cursor:
            cursor.execute(f"GRANT EXECUTE ON {function} TO {role}")
    assert answer.status_code == 503
    assert "Ruth" not in answer.content.decode()
    assert not AccessEvent.objects.exists()


def test_a_failed_request_of_a_patient_s_page_keeps_the_refusal(client, front_desk, patient):
    client.force_login(front_desk)
    assert client.post(reverse("patient", args=[uuid.uuid4()])).status_code == 405
    assert not AccessEvent.objects.exists()
    assert client.get(reverse("patient", args=[uuid.uuid4()])).status_code == 404
    assert last().kind == "denied"
    assert Patient.objects.count() == 1
