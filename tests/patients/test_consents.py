"""Publishing documents, signing and withdrawing: what holds, and what follows for messages and surveys."""

import datetime as dt
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from clinic.actions import store_file
from patients import actions
from patients.consents import current_documents, kind_states, signatures, unsigned, wording
from patients.models import Consent, ConsentDocument, ConsentKind, Patient
from patients.starter import starter_documents
from tests.conftest import NOON
from tests.days import PUBLISHED

DAY = dt.timedelta(days=1)
WORDS = {"title_en": "Title", "text_en": "Text.", "title_es": "Título", "text_es": "Texto."}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def publish(clinic, manager):
    """``publish("contact", must_sign_again=True)`` at NOON."""

    def of_kind(kind: str, *, must_sign_again: bool, at: dt.datetime = NOON, **words: str) -> ConsentDocument:
        return actions.publish_consent_document(
            clinic=clinic, kind=kind, must_sign_again=must_sign_again, at=at, by=manager, **{**WORDS, **words}
        )

    return of_kind


@pytest.fixture
def sign(patient, clinician):
    """``sign("outcome_registry")``: Ruth signs the current document on paper at NOON."""

    def of_kind(kind: str, **changes: object) -> Consent:
        details = {
            "patient": patient,
            "document": current_documents(patient.clinic)[kind],
            "language": "en",
            "way": "paper",
            "signed_name": "Ruth Álvarez",
            "signed_at": NOON,
            "at": NOON,
            "by": clinician,
        }
        return actions.sign_consent(**{**details, **changes})

    return of_kind


def fresh(patient: Patient) -> Patient:
    return Patient.objects.get(pk=patient.pk)


def states(patient: Patient) -> dict[str, str]:
    return {state.kind: state.state for state in kind_states(patient, signatures(patient))}


class TestStarter:
    def test_a_new_clinic_has_five_kinds_in_both_languages(self, clinic):
        documents = current_documents(clinic)
        assert list(documents) == ConsentKind.values
        for document in documents.values():
            for language in ("en", "es"):
                words = wording(document, language)
                assert "Northside" in words.text or document.kind == "outcome_registry"
                assert "{" not in words.title + words.text

    def test_the_spanish_says_usted(self):
        for words in starter_documents("Northside").values():
            text = f" {words['title_es']} {words['text_es']} ".lower()
            assert not any(f" {familiar} " in text for familiar in ("tú", "tu", "tus", "te", "ti", "contigo"))


class TestPublishing:
    def test_the_next_version_is_current(self, publish, clinic):
        document = publish("contact", must_sign_again=False)
        assert document.version == 2
        assert current_documents(clinic)["contact"] == document

    @pytest.mark.parametrize("missing", WORDS)
    def test_both_languages_are_required(self, publish, missing):
        with pytest.raises(actions.DocumentRefused, match="is missing") as refused:
            publish("contact", must_sign_again=False, **{missing: "  \n "})
        assert refused.value.field == missing

    def test_the_same_words_again_are_no_version(self, publish):
        publish("contact", must_sign_again=False)
        with pytest.raises(actions.DocumentRefused, match="Nothing has changed"):
            publish("contact", must_sign_again=True)

    def test_a_text_that_is_too_long_is_refused(self, publish):
        with pytest.raises(actions.DocumentRefused, match="longer than 20,000"):
            publish("contact", must_sign_again=False, text_es="x" * 20_001)

    def test_only_managers_publish(self, clinic, clinician):
        with pytest.raises(PermissionDenied):
            actions.publish_consent_document(
                clinic=clinic, kind="contact", must_sign_again=False, at=NOON, by=clinician, **WORDS
            )

    def test_a_version_that_changes_little_leaves_signatures_standing(self, publish, patient):
        publish("contact", must_sign_again=False)
        assert unsigned(patient, ["contact"]) == []
        assert fresh(patient).may_be_contacted

    def test_a_version_to_sign_again_stops_contact_until_signed(self, publish, patient, sign):
        publish("contact", must_sign_again=True)
        assert unsigned(patient, ["contact"]) == ["contact"]
        assert states(fresh(patient))["contact"] == "sign_again"
        assert not fresh(patient).may_be_contacted
        sign("contact")
        assert unsigned(patient, ["contact"]) == []
        assert fresh(patient).may_be_contacted

    def test_it_also_stops_when_a_later_small_version_follows(self, publish, patient):
        publish("contact", must_sign_again=True)
        publish("contact", must_sign_again=False, at=NOON + DAY, text_en="Smaller.")
        assert unsigned(patient, ["contact"]) == ["contact"]

    def test_the_registry_stops_only_for_those_who_signed_it(self, publish, patient, sign):
        publish("outcome_registry", must_sign_again=True)
        assert fresh(patient).registry_stopped_at is None
        sign("outcome_registry")
        publish("outcome_registry", must_sign_again=True, at=NOON + DAY, text_en="Other.")
        assert fresh(patient).registry_stopped_at == NOON + DAY

    def test_other_clinics_are_left_alone(self, publish, patient, other_clinic, stranger):
        theirs = actions.register_patient(
            clinic=other_clinic, by=stranger, at=NOON, chart_number="1", family_name="Kim", email="kim@example.org"
        )
        actions.record_consent(patient=theirs, by=stranger, at=NOON)
        publish("contact", must_sign_again=True)
        assert fresh(theirs).may_be_contacted
        assert unsigned(theirs, ["contact"]) == []


class TestSigning:
    def test_it_keeps_who_when_how_and_the_hash_of_the_words(self, sign, patient, clinician):
        consent = sign("research_sharing", language="es")
        document = consent.document
        assert consent.text_hash == wording(document, "es").sha256 != wording(document, "en").sha256
        assert (consent.signed_name, consent.way, consent.recorded_by) == ("Ruth Álvarez", "paper", clinician)
        assert consent.pdf is None
        assert states(patient)["research_sharing"] == "signed"

    @pytest.mark.parametrize("way", ["tablet", "link"])
    def test_without_paper_a_pdf_is_kept(self, sign, way):
        consent = sign("research_sharing", way=way, by=None)
        assert bytes(consent.pdf.content).startswith(b"%PDF-")
        assert consent.pdf.name == "consent-research_sharing-version-1.pdf"

    @pytest.mark.parametrize("name", ["", " ", "Ruth", "R" * 161 + " A"])
    def test_a_name_that_is_not_full_is_refused(self, sign, name):
        with pytest.raises(actions.ConsentRefused) as refused:
            sign("research_sharing", signed_name=name)
        assert refused.value.field == "signed_name"
        assert not Consent.objects.filter(document__kind="research_sharing").exists()

    def test_somebody_elses_name_is_taken_and_kept(self, sign):
        assert sign("research_sharing", signed_name="  Daniel   Reyes ").signed_name == "Daniel Reyes"

    def test_a_patient_with_one_name_signs_with_it(self, sign, clinic, clinician):
        kim = actions.register_patient(clinic=clinic, by=clinician, at=NOON, chart_number="1", family_name="Kim")
        assert sign("research_sharing", patient=kim, signed_name="kim").signed_name == "kim"

    def test_a_signature_of_tomorrow_is_refused(self, sign):
        with pytest.raises(actions.ConsentRefused, match="in the future"):
            sign("research_sharing", signed_at=NOON + DAY)

    def test_a_version_cannot_be_signed_before_it_was_published(self, sign, publish):
        publish("contact", must_sign_again=True)
        with pytest.raises(actions.ConsentRefused, match="Version 2 was published on March 2, 2026"):
            sign("contact", signed_at=NOON - DAY)

    def test_the_first_version_may_have_been_signed_before_it_was_kept_here(self, sign):
        assert sign("research_sharing", signed_at=PUBLISHED - DAY).signed_at == PUBLISHED - DAY

    def test_an_overtaken_version_is_recorded_but_allows_nothing(self, sign, publish, patient, clinic):
        old = current_documents(clinic)["outcome_registry"]
        publish("outcome_registry", must_sign_again=True)
        sign("outcome_registry", document=old, signed_at=NOON - DAY)
        assert unsigned(patient, ["outcome_registry"]) == ["outcome_registry"]
        assert fresh(patient).registry_stopped_at is not None

    def test_another_clinics_document_is_refused(self, sign, other_clinic):
        with pytest.raises(actions.ConsentRefused, match="no such document"):
            sign("contact", document=current_documents(other_clinic)["contact"])

    def test_another_clinics_file_is_refused_as_scan(self, sign, other_clinic):
        theirs = store_file(clinic=other_clinic, name="x.png", content=PNG, at=NOON, by=None)
        with pytest.raises(actions.ConsentRefused) as refused:
            sign("contact", scan=theirs)
        assert refused.value.field == "scan"

    def test_staff_of_another_clinic_may_not_record(self, sign, stranger):
        with pytest.raises(PermissionDenied):
            sign("contact", by=stranger)

    def test_the_scan_may_follow_once(self, sign, clinic, clinician):
        consent = sign("research_sharing")
        scan = store_file(clinic=clinic, name="x.png", content=PNG, at=NOON, by=clinician)
        assert actions.attach_scan(consent=consent, scan=scan, by=clinician).scan == scan
        with pytest.raises(actions.ConsentRefused, match="already has its scan"):
            actions.attach_scan(consent=consent, scan=scan, by=clinician)

    def test_only_paper_has_a_scan(self, sign, clinic, clinician):
        scan = store_file(clinic=clinic, name="x.png", content=PNG, at=NOON, by=clinician)
        with pytest.raises(actions.ConsentRefused, match="Only a signature on paper"):
            actions.attach_scan(consent=sign("contact", way="tablet"), scan=scan, by=clinician)

    def test_the_simple_door_keeps_a_signature_too(self, patient):
        consent = Consent.objects.get()
        assert (consent.document.kind, consent.document.version, consent.signed_name) == ("contact", 1, "Ruth Álvarez")
        assert consent.signed_at == patient.consented_at

    def test_the_simple_door_twice_keeps_one(self, patient, clinician):
        actions.record_consent(patient=patient, by=clinician, at=NOON)
        assert Consent.objects.count() == 1


class TestWithdrawing:
    def withdraw(self, patient, kind, by, at=NOON):
        return actions.withdraw_consent_kind(patient=patient, kind=kind, by=by, at=at)

    def test_contact_stops_and_the_signature_stays_with_the_day(self, patient, clinician):
        assert not self.withdraw(patient, "contact", clinician).may_be_contacted
        consent = Consent.objects.get()
        assert (consent.withdrawn_at, consent.withdrawn_by) == (NOON, clinician)
        assert states(fresh(patient))["contact"] == "withdrawn"
        assert unsigned(patient, ["contact"]) == ["contact"]

    def test_every_kind_ends_alone(self, patient, clinician, sign):
        for kind in ConsentKind.values[1:]:
            sign(kind)
        self.withdraw(patient, "research_sharing", clinician)
        assert unsigned(patient, ConsentKind.values) == ["research_sharing"]

    def test_twice_is_once(self, patient, clinician, sign):
        sign("research_sharing")
        self.withdraw(patient, "research_sharing", clinician)
        self.withdraw(patient, "research_sharing", clinician, at=NOON + DAY)
        assert Consent.objects.get(document__kind="research_sharing").withdrawn_at == NOON

    @pytest.mark.parametrize("kind", ["research_sharing", "investigational_product", "state_notice"])
    def test_what_was_never_signed_cannot_be_withdrawn(self, patient, clinician, kind):
        with pytest.raises(actions.ConsentMissing):
            self.withdraw(patient, kind, clinician)

    def test_who_never_signed_for_the_registry_may_leave_it(self, patient, clinician):
        patient = self.withdraw(patient, "outcome_registry", clinician)
        assert (patient.registry_stopped_at, patient.registry_left_at, patient.registry_left_by) == (
            NOON,
            NOON,
            clinician,
        )
        assert states(patient)["outcome_registry"] == "withdrawn"

    def test_signing_after_it_begins_again(self, patient, clinician, sign):
        self.withdraw(patient, "outcome_registry", clinician, at=NOON - DAY)
        sign("outcome_registry")
        again = fresh(patient)
        assert (again.registry_stopped_at, again.registry_left_at, again.registry_left_by) == (None, None, None)

    @pytest.mark.parametrize("kind", ["contact", "outcome_registry", "research_sharing"])
    def test_an_older_paper_found_later_undoes_nothing(self, patient, clinician, sign, kind):
        sign(kind, signed_at=NOON - 3 * DAY)
        self.withdraw(patient, kind, clinician)
        with pytest.raises(actions.ConsentRefused, match="withdrew this consent on March 2, 2026"):
            sign(kind, signed_at=NOON - DAY)

    def test_researchers_and_strangers_may_not(self, patient, researcher, stranger):
        for person in (researcher, stranger):
            with pytest.raises(PermissionDenied):
                self.withdraw(patient, "contact", person)


@pytest.mark.django_db(transaction=True)
def test_a_version_published_while_somebody_signs_the_old_one_leaves_nobody_behind(patient, clinician, manager, clinic):
    """Whichever comes first: the old signature never allows contact under the new version."""
    for turn in range(6):
        old = current_documents(clinic)["contact"]
        both, problems = Barrier(2), []

        def at_once(work, both=both, problems=problems):
            try:
                both.wait()
                work()
            except Exception as problem:
                problems.append(problem)
            finally:
                connection.close()

        def sign_old(old=old, at=NOON + turn * DAY):
            actions.sign_consent(
                patient=patient,
                document=old,
                language="en",
                way="paper",
                signed_name="Ruth Álvarez",
                signed_at=at,
                at=at,
                by=clinician,
            )

        def publish_new(turn=turn):
            words = {**WORDS, "text_en": f"Turn {turn}."}
            at = NOON + turn * DAY
            actions.publish_consent_document(
                clinic=clinic, kind="contact", must_sign_again=True, at=at, by=manager, **words
            )

        threads = [Thread(target=at_once, args=[work]) for work in (sign_old, publish_new)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        assert unsigned(patient, ["contact"]) == ["contact"]
        assert fresh(patient).contact_lapsed_at is not None
