"""The audit trail's pages: sentences, filters, both values, the file; for managers alone, and only of their clinic."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.actions import erase_history, seal_audit
from clinic.change_context import changing
from clinic.models import AuditSeal
from patients.models import Patient


@pytest.fixture
def trail(client, patient, front_desk, manager, stranger) -> Patient:
    """Maya read Ruth's record and changed her e-mail address; a stranger was refused; all of it is sealed."""
    client.force_login(front_desk)
    client.get(reverse("patient", args=[patient.public_id]))
    with changing(user=front_desk.pk, route="edit-patient", reason="she moved"):
        Patient.objects.filter(pk=patient.pk).update(email="new@example.org")
    client.force_login(stranger)
    client.get(reverse("patient", args=[patient.public_id]))
    seal_audit(at=timezone.now())
    client.force_login(manager)
    return patient


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_trail_reads_like_sentences(client, trail):
    page = text(client.get(reverse("audit")))
    assert "<strong>Maya Okafor</strong> changed Ruth Álvarez’s e-mail" in page
    assert "<strong>Maya Okafor</strong> read Ruth Álvarez’s record (patient)" in page
    assert "she moved" in page
    # The stranger's refusal is in the trail of the stranger's own clinic.
    assert "Otto" not in page


def test_one_entry_shows_both_values(client, trail):
    seal = AuditSeal.objects.get(source="patients_patienthistory", kind="update", user__full_name="Maya Okafor")
    page = text(client.get(reverse("audit-entry"), {"number": seal.number}))
    assert "ruth@example.org" in page
    assert "new@example.org" in page
    assert "she moved" in page
    for wrong in ("", "x", "0", "99999", "9" * 30, "１"):
        assert client.get(reverse("audit-entry"), {"number": wrong}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "sees", "misses"),
    [
        ({"kind": "reads"}, "read Ruth", "changed Ruth"),
        ({"kind": "changes"}, "changed Ruth", "read Ruth"),
        ({"first": "2099-01-01"}, "Nothing fits", "Ruth"),
        ({"last": "2001-01-01"}, "Nothing fits", "Ruth"),
        ({"first": "2001-01-01", "last": "9999-12-31"}, "changed Ruth", "Nothing fits"),
    ],
)
def test_the_trail_can_be_narrowed(client, trail, asked, sees, misses):
    page = text(client.get(reverse("audit"), asked))
    assert sees in page
    assert misses not in page


def test_the_trail_of_one_person_and_of_one_patient(client, trail, front_desk, manager):
    assert "read Ruth" in text(client.get(reverse("audit"), {"person": front_desk.pk}))
    assert "Nothing fits" in text(client.get(reverse("audit"), {"person": manager.pk}))
    page = text(client.get(reverse("audit"), {"patient": trail.public_id}))
    assert "Only Álvarez, Ruth" in page
    assert "changed Ruth" in page


@pytest.mark.parametrize("asked", [{"kind": "nonsense"}, {"first": "x"}, {"first": "2026-02-02", "last": "2026-02-01"}])
def test_a_filter_that_makes_no_sense_is_refused_in_words(client, trail, asked):
    answer = client.get(reverse("audit"), asked)
    assert answer.status_code == 422
    assert "There is a problem" in text(answer)


def test_who_has_seen_this(client, trail):
    assert reverse("patient-seen", args=[trail.public_id]) in text(
        client.get(reverse("patient", args=[trail.public_id]))
    )
    page = text(client.get(reverse("patient-seen", args=[trail.public_id])))
    assert "<strong>Maya Okafor</strong> read Ruth Álvarez’s record" in page
    assert "Otto" not in page


def test_the_file_holds_what_the_page_lists(client, trail):
    answer = client.get(reverse("audit-export"), {"kind": "changes"})
    header, *lines = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert header[:4] == ["Entry", "When (UTC)", "Who", "What"]
    assert any(line[2] == "Maya Okafor" and "ruth@example.org → new@example.org" in line[-1] for line in lines)
    assert len(lines) == AuditSeal.objects.filter(clinic=trail.clinic, kind__in=("insert", "update", "delete")).count()


@pytest.mark.parametrize("name", ["audit", "audit-entry", "audit-export"])
def test_only_managers_read_the_trail(client, trail, clinician, name):
    client.force_login(clinician)
    assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse(name)).status_code == 405


def test_only_managers_see_who_has_seen(client, trail, clinician, stranger):
    client.force_login(clinician)
    page = reverse("patient-seen", args=[trail.public_id])
    assert client.get(page).status_code == 403
    assert page not in text(client.get(reverse("patient", args=[trail.public_id])))
    client.force_login(stranger)
    assert client.get(page).status_code == 404


def test_another_clinic_s_trail_is_not_there(client, trail, other_clinic, stranger):
    stranger.memberships.update(role="manager")
    client.force_login(stranger)
    page = text(client.get(reverse("audit")))
    assert "Ruth" not in page
    assert "<strong>Otto Brandt</strong> was refused (patient)" in page


def test_what_was_erased_is_told_as_erased(client, trail, manager):
    erase_history(clinic=trail.clinic, patient_id=trail.pk, reason="asked for", by=manager)
    seal_audit(at=timezone.now())
    page = text(client.get(reverse("audit"), {"patient": trail.public_id}))
    assert "erased what was personal from the history of" in page
    assert "ruth@example.org" not in page


def test_pages_cost_few_queries_at_any_length(client, trail, django_assert_max_num_queries):
    for n in range(60):
        Patient.objects.filter(pk=trail.pk).update(phone=f"512-555-{n:04}")
    seal_audit(at=timezone.now())
    for page in (reverse("audit"), reverse("patient-seen", args=[trail.public_id])):
        with django_assert_max_num_queries(12):
            answer = text(client.get(page))
        assert "Older" in answer
    older = text(client.get(page, {"before": answer.partition("before=")[2].partition('"')[0]}))
    assert "added Ruth" in older
