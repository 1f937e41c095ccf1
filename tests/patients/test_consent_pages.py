"""Staff pages about consents: what they show, what they do, and to whom they are closed."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from outcomes.actions import answer_item
from patients import actions
from patients.consents import current_documents
from patients.models import Consent, ConsentDocument, Patient
from tests.check_in import open_survey
from tests.layers import layer

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
WORDS = {"title_en": "Title", "text_en": "Text.", "title_es": "Título", "text_es": "Texto."}


@pytest.fixture
def staff(client, front_desk):
    client.force_login(front_desk)
    return client


@pytest.fixture
def boss(client, manager):
    client.force_login(manager)
    return client


@layer
def signed(patient) -> Consent:
    """Ruth's consent to contact, on paper."""
    return Consent.objects.get()


def on_paper(clinic, **changes: object) -> dict[str, object]:
    document = current_documents(clinic)["research_sharing"]
    day = timezone.localdate() - dt.timedelta(days=2)
    return {
        "document": str(document.public_id),
        "language": "en",
        "signed_name": "Ruth Álvarez",
        "signed_at": day.isoformat(),
        **changes,
    }


def test_the_page_says_what_was_agreed_to_when_and_in_which_words(staff, patient, signed):
    page = staff.get(reverse("consents", args=[patient.public_id]))
    assert "16 Feb 2026" in page.text and "Not signed" in page.text
    words = staff.get(reverse("consent", args=[signed.public_id])).text
    assert signed.document.text_en.split("\n\n")[0] in words
    assert signed.text_hash in words and "As signed" in words


def test_words_that_differ_from_what_was_signed_are_noticed(staff, signed):
    ConsentDocument.objects.filter(pk=signed.document_id).update(text_en="Something else.")
    assert "Differs from what was signed" in staff.get(reverse("consent", args=[signed.public_id])).text


def test_a_patient_without_any_signature_is_told_what_to_do(staff, clinic, front_desk):
    kim = actions.register_patient(clinic=clinic, by=front_desk, at=timezone.now(), chart_number="1", family_name="Kim")
    assert "Nothing signed yet" in staff.get(reverse("consents", args=[kim.public_id])).text


def test_it_costs_the_same_however_much_was_signed(staff, patient, clinic, front_desk, django_assert_max_num_queries):
    for kind, document in current_documents(clinic).items():
        if kind != "contact":
            actions.sign_consent(
                patient=patient,
                document=document,
                language="en",
                way="paper",
                signed_name="Ruth Álvarez",
                signed_at=timezone.now(),
                at=timezone.now(),
                by=front_desk,
            )
    with django_assert_max_num_queries(12):
        staff.get(reverse("consents", args=[patient.public_id]))


def in_window(course) -> dt.datetime:
    """An instant in the window of the course's baseline."""
    return dt.datetime.combine(course.opened_on, dt.time(18), dt.UTC)


class TestRecording:
    def test_paper_with_its_scan(self, staff, patient, clinic):
        address = reverse("consent-record", args=[patient.public_id])
        assert "selected" in staff.get(address, {"kind": "research_sharing"}).text
        scan = SimpleUploadedFile("paper.png", PNG)
        assert staff.post(address, on_paper(clinic, scan=scan)).status_code == 302
        consent = Consent.objects.get(document__kind="research_sharing")
        assert consent.way == "paper" and bytes(consent.scan.content) == PNG
        assert consent.signed_at.astimezone(dt.UTC).date() == timezone.localdate() - dt.timedelta(days=2)

    def test_today_means_now(self, staff, patient, clinic):
        address = reverse("consent-record", args=[patient.public_id])
        now = timezone.now()
        with timezone.override("America/Chicago"):
            today = timezone.localdate().isoformat()
        staff.post(address, on_paper(clinic, signed_at=today))
        assert Consent.objects.get(document__kind="research_sharing").signed_at >= now

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"document": ""}, "Choose the document that was signed."),
            ({"document": "11111111-2222-3333-4444-555555555555"}, "Select a valid choice"),
            ({"signed_name": "Ruth"}, "Give the full name, first and last."),
            ({"signed_at": "2999-01-01"}, "The day of signing cannot be in the future."),
            ({"signed_at": "soon"}, "is not a date of the calendar"),
            ({"language": "fr"}, "Select a valid choice"),
        ],
    )
    def test_what_is_wrong_is_said(self, staff, patient, clinic, changes, message):
        answer = staff.post(reverse("consent-record", args=[patient.public_id]), on_paper(clinic, **changes))
        assert answer.status_code == 422 and message in answer.text
        assert Consent.objects.count() == 1

    def test_a_file_that_is_no_scan_is_refused(self, staff, patient, clinic):
        scan = SimpleUploadedFile("paper.pdf", b"<html>")
        answer = staff.post(reverse("consent-record", args=[patient.public_id]), on_paper(clinic, scan=scan))
        assert answer.status_code == 422 and "neither a PDF nor" in answer.text

    def test_the_scan_may_follow(self, staff, signed):
        address = reverse("consent-scan", args=[signed.public_id])
        assert staff.post(address).status_code == 422
        assert staff.post(address, {"file": SimpleUploadedFile("paper.png", PNG)}).status_code == 302
        signed.refresh_from_db()
        assert signed.scan.name == "paper.png"
        again = staff.post(address, {"file": SimpleUploadedFile("other.png", PNG)})
        assert again.status_code == 422 and "already has its scan" in again.text


class TestWithdrawing:
    def test_contact_says_how_many_messages_stop(self, staff, patient, course):
        open_survey(course.follow_ups.get(timepoint__name="baseline"), in_window(course))
        page = staff.get(reverse("consent-withdraw", args=[patient.public_id, "contact"]))
        assert "1 message" in page.text

    @pytest.mark.parametrize(("keeps", "word"), [(True, "kept"), (False, "erased")])
    def test_the_registry_says_what_becomes_of_answers(self, staff, patient, course, clinic, keeps, word):
        survey = open_survey(course.follow_ups.get(timepoint__name="baseline"), in_window(course))
        answer_item(survey=survey, item="nrs_now.now", value=3, at=in_window(course))
        clinic.keeps_withdrawn_answers = keeps
        clinic.save()
        page = staff.get(reverse("consent-withdraw", args=[patient.public_id, "outcome_registry"]))
        assert f"<strong>{word}</strong>" in page.text and "1 answer" in page.text
        staff.post(reverse("consent-withdraw", args=[patient.public_id, "outcome_registry"]))
        patient.refresh_from_db()
        assert patient.registry_left_at is not None
        assert (patient.erases_answers_at is None) == keeps

    def test_a_kind_that_is_none_is_not_found(self, staff, patient):
        assert staff.get(reverse("consent-withdraw", args=[patient.public_id, "nonsense"])).status_code == 404

    def test_what_was_never_signed_is_said(self, staff, patient):
        answer = staff.post(reverse("consent-withdraw", args=[patient.public_id, "state_notice"]), follow=True)
        assert "no consent to withdraw" in answer.text


class TestDocuments:
    def test_everybody_of_the_clinic_reads_them(self, staff, clinic):
        page = staff.get(reverse("consent-documents"))
        assert page.status_code == 200 and "New version" not in page.text
        document = current_documents(clinic)["state_notice"]
        shown = staff.get(reverse("consent-document", args=[document.public_id])).text
        assert document.title_en in shown and document.title_es in shown

    def test_a_manager_publishes_the_next_version(self, boss, clinic, patient):
        address = reverse("consent-document-new", args=["contact"])
        page = boss.get(address)
        assert "1 patient agreed to an earlier version" in page.text
        assert "¿Podemos comunicarnos con usted?" in page.text
        boss.post(address, {**WORDS, "must_sign_again": "on"})
        assert current_documents(clinic)["contact"].version == 2
        assert not Patient.objects.get(pk=patient.pk).may_be_contacted

    @pytest.mark.parametrize("missing", WORDS)
    def test_both_languages_are_needed(self, boss, clinic, missing):
        answer = boss.post(reverse("consent-document-new", args=["contact"]), {**WORDS, missing: ""})
        assert answer.status_code == 422 and "is missing." in answer.text
        assert current_documents(clinic)["contact"].version == 1

    def test_only_managers_publish_or_change_the_policy(self, staff, clinic):
        assert staff.get(reverse("consent-document-new", args=["contact"])).status_code == 403
        assert staff.post(reverse("consent-document-new", args=["contact"]), WORDS).status_code == 403
        assert staff.post(reverse("consent-documents"), {"keeps": "erase"}).status_code == 403
        clinic.refresh_from_db()
        assert clinic.keeps_withdrawn_answers

    def test_a_manager_changes_the_policy(self, boss, clinic):
        assert boss.post(reverse("consent-documents"), {"keeps": "perhaps"}).status_code == 422
        assert boss.post(reverse("consent-documents"), {"keeps": "erase"}).status_code == 302
        clinic.refresh_from_db()
        assert not clinic.keeps_withdrawn_answers

    def test_a_kind_that_is_none_is_not_found(self, boss):
        assert boss.get(reverse("consent-document-new", args=["nonsense"])).status_code == 404


PAGES = ["consents", "consent-record", "consent-ask"]


@pytest.mark.parametrize("name", PAGES)
def test_another_clinics_patient_is_not_found(client, stranger, researcher, patient, name):
    for person in (stranger, researcher):
        client.force_login(person)
        assert client.get(reverse(name, args=[patient.public_id])).status_code == 404
        assert client.post(reverse(name, args=[patient.public_id])).status_code in (404, 405)


def test_another_clinics_signature_and_document_are_not_found(client, stranger, signed):
    client.force_login(stranger)
    assert client.get(reverse("consent", args=[signed.public_id])).status_code == 404
    assert client.post(reverse("consent-scan", args=[signed.public_id])).status_code == 404
    assert client.get(reverse("consent-document", args=[signed.document.public_id])).status_code == 404
    withdraw = reverse("consent-withdraw", args=[signed.patient.public_id, "contact"])
    assert client.post(withdraw).status_code == 404


def test_wrong_methods_are_refused(staff, patient, signed):
    assert staff.post(reverse("consents", args=[patient.public_id])).status_code == 405
    assert staff.get(reverse("consent-scan", args=[signed.public_id])).status_code == 405
    assert staff.put(reverse("consent-record", args=[patient.public_id])).status_code == 405
    assert staff.delete(reverse("consent-ask", args=[patient.public_id])).status_code == 405


def test_the_patients_page_says_why_nothing_is_sent(staff, patient, clinic, manager, front_desk):
    overview = reverse("patient", args=[patient.public_id])
    assert "Can be sent" in staff.get(overview).text
    actions.publish_consent_document(
        clinic=clinic, kind="contact", must_sign_again=True, at=timezone.now(), by=manager, **WORDS
    )
    page = staff.get(overview).text
    assert "New version to sign" in page and "The patient agrees to contact" in page
    staff.post(reverse("record-consent", args=[patient.public_id]))
    assert "Can be sent" in staff.get(overview).text
    actions.withdraw_consent_kind(patient=patient, kind="outcome_registry", by=front_desk, at=timezone.now())
    assert "Not asked: registry" in staff.get(overview).text
