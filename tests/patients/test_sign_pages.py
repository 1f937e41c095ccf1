"""The pages where patients read and sign: what they do, for whom, in which language, and what they keep to themselves."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.log_lines import LINK
from patients import actions
from patients.models import Consent, ConsentRequest, Patient
from patients.sign_words import ENGLISH, SPANISH
from tests.mail import MailSink

BOTH = ["outcome_registry", "research_sharing"]


@pytest.fixture
def ask(patient, clinician):
    """``ask()``: the address of a fresh request."""

    def for_kinds(kinds=BOTH, way="link", at=None) -> str:
        _request, token = actions.ask_for_consent(
            patient=patient, kinds=kinds, way=way, at=at or timezone.now(), by=clinician
        )
        return reverse("sign", args=[token])

    return for_kinds


def document_in(answer) -> str:
    return re.search(r'name="document" value="([0-9a-f-]{36})"', answer.text)[1]


def signature(answer, **changes: str) -> dict[str, str]:
    return {"document": document_in(answer), "signed_name": "Ruth Álvarez", "agrees": "on", **changes}


def test_one_document_after_the_other_is_signed(client, ask, patient):
    address = ask()
    first = client.get(address)
    assert first.status_code == 200
    assert "Our outcome registry" in first.text and "Document 1 of 2" in first.text
    assert client.post(address, signature(first)).status_code == 303
    second = client.get(address)
    assert "Sharing data for research" in second.text and "Document 2 of 2" in second.text
    client.post(address, signature(second))
    done = client.get(address, follow=True)
    assert "You signed “Our outcome registry”" in done.text
    assert set(Consent.objects.filter(way="link").values_list("document__kind", flat=True)) == set(BOTH)
    consent = Consent.objects.filter(way="link").first()
    assert consent.recorded_by is None and consent.pdf is not None


def test_in_spanish_the_spanish_words_are_signed(client, ask):
    address = ask()
    page = client.get(address, {"lang": "es"})
    assert '<html lang="es"' in page.text and "Nuestro registro de resultados" in page.text
    client.post(f"{address}?lang=es", signature(page))
    consent = Consent.objects.get(way="link")
    assert consent.language == "es"


def test_the_page_begins_in_the_patients_language(client, ask, patient, clinician):
    actions.update_patient(patient=patient, by=clinician, language="es")
    assert SPANISH.agree in client.get(ask()).text


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client, ask, method):
    address = ask()
    before = list(ConsentRequest.objects.values())
    for _ in range(3):
        getattr(client, method)(address)
        getattr(client, method)(f"{address}done/")
    assert list(ConsentRequest.objects.values()) == before
    assert not Consent.objects.filter(way="link").exists()
    assert not client.cookies


def test_sending_twice_signs_once(client, ask):
    address = ask()
    sent = signature(client.get(address))
    assert [client.post(address, sent).status_code for _ in range(2)] == [303, 303]
    assert Consent.objects.filter(way="link").count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"signed_name": ""}, ENGLISH.name_missing),
        ({"signed_name": "Ruth"}, ENGLISH.name_missing),
        ({"signed_name": "x " * 100}, ENGLISH.name_missing),
        ({"agrees": ""}, ENGLISH.agree_missing),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_signed(client, ask, changes, message):
    address = ask()
    answer = client.post(address, signature(client.get(address), **changes))
    assert answer.status_code == 422
    assert answer.text.count(message) == 2, "in the summary and beside the field"
    assert not Consent.objects.filter(way="link").exists()


def test_a_name_full_of_markup_is_text(client, ask, patient, clinician):
    address = ask()
    hostile = "<script>alert(1)</script> #panic()"
    client.post(address, signature(client.get(address), signed_name=hostile))
    assert Consent.objects.get(way="link").signed_name == hostile
    client.force_login(clinician)
    page = client.get(reverse("consents", args=[patient.public_id]))
    assert "<script>alert" not in page.text and "&lt;script&gt;alert" in page.text


def test_a_version_published_meanwhile_is_shown_and_not_signed(client, ask, clinic, manager):
    address = ask()
    sent = signature(client.get(address))
    words = {"title_en": "Newer", "text_en": "Newer.", "title_es": "Nuevo", "text_es": "Nuevo."}
    actions.publish_consent_document(
        clinic=clinic, kind="outcome_registry", must_sign_again=False, at=timezone.now(), by=manager, **words
    )
    answer = client.post(address, sent)
    assert answer.status_code == 409
    assert ENGLISH.changed in answer.text and "Newer." in answer.text
    assert not Consent.objects.filter(way="link").exists()


@pytest.mark.parametrize("document", ["", "x", "11111111-2222-3333-4444-555555555555"])
def test_a_document_that_was_not_asked_for_is_not_signed(client, ask, document):
    address = ask()
    answer = client.post(address, signature(client.get(address), document=document))
    assert answer.status_code == 409
    assert not Consent.objects.filter(way="link").exists()


def test_one_can_be_left_out(client, ask):
    address = ask()
    assert "kind=research_sharing" in client.get(address).text
    second = client.get(address, {"kind": "research_sharing"})
    assert "Sharing data for research" in second.text
    done = client.get(f"{address}done/")
    assert done.text.count("That is fine. Your care stays the same.") == 2


@pytest.mark.parametrize(("way", "life"), [("tablet", dt.timedelta(hours=1)), ("link", dt.timedelta(days=14))])
def test_it_works_for_its_time_and_no_longer(client, ask, way, life):
    assert client.get(ask(way=way, at=timezone.now() - life + dt.timedelta(minutes=1))).status_code == 200
    address = ask(way=way, at=timezone.now() - life - dt.timedelta(minutes=1))
    over = client.get(address)
    assert over.status_code == 404
    assert ENGLISH.over_title in over.text and SPANISH.over_title in over.text


def test_who_began_to_read_in_time_may_still_sign(client, ask):
    address = ask(way="tablet")
    sent = signature(client.get(address))
    ConsentRequest.objects.update(
        issued_at=timezone.now() - dt.timedelta(hours=2), expires_at=timezone.now() - dt.timedelta(minutes=14)
    )
    assert client.get(address).status_code == 404
    assert client.post(address, sent).status_code == 303
    ConsentRequest.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=16))
    assert client.post(address, sent).status_code == 404


def test_every_secret_that_opens_nothing_gets_the_same_page(client, ask):
    old = ask(at=timezone.now() - dt.timedelta(days=15))
    replaced = ask(at=timezone.now() - dt.timedelta(minutes=1))
    ask()
    wrong = [reverse("sign", args=[token]) for token in ("wrong", "x" * 500, "ñ", "%00")]
    pages = {client.get(address).content for address in (old, replaced, *wrong)}
    assert len(pages) == 1
    assert b"512-555" not in pages.pop(), "the page does not say which clinic it would have been"


def test_only_the_hash_of_the_secret_is_kept(ask):
    token = ask().split("/")[2]
    assert len(token) == 22
    kept = ConsentRequest.objects.get().token_hash
    assert token not in str(ConsentRequest.objects.values()) and re.fullmatch(r"[0-9a-f]{64}", kept)


def test_the_pages_keep_the_secret_to_themselves(client, ask):
    address = ask()
    for page in (address, f"{address}done/", reverse("sign", args=["wrong"])):
        answer = client.get(page)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "script-src 'none'" in answer["Content-Security-Policy"]
        assert "<script" not in answer.text
        assert not answer.cookies
    assert LINK.sub(r"\1/-", f"GET {address}done/ 200") == "GET /consent/-/done/ 200"


def test_other_methods_are_refused(client, ask):
    assert client.put(ask()).status_code == 405


def test_the_tablet_says_for_whom_it_is(client, ask):
    assert "This is for Ruth (*1958)." in client.get(ask(way="tablet")).text
    link = client.get(ask())
    assert "This is for Ruth." in link.text and "1958" not in link.text and "Álvarez" not in link.text


@pytest.fixture
def staff(client, clinician):
    client.force_login(clinician)
    return client


def test_handing_over_the_tablet_signs_staff_out_first(staff, patient):
    answer = staff.post(reverse("consent-ask", args=[patient.public_id]), {"kinds": BOTH, "way": "tablet"})
    assert answer.status_code == 302 and answer.url.startswith("/consent/")
    assert "_auth_user_id" not in staff.session
    assert staff.get(answer.url).status_code == 200
    assert staff.get(reverse("patient", args=[patient.public_id])).status_code == 302


def test_a_link_is_shown_once_to_be_handed_over(staff, patient, settings):
    answer = staff.post(reverse("consent-ask", args=[patient.public_id]), {"kinds": BOTH, "way": "link"})
    link = re.search(r'id="link">([^<]+)<', answer.text)[1]
    assert link.startswith(f"{settings.SITE_URL}/consent/")
    assert staff.get(link.removeprefix(settings.SITE_URL)).status_code == 200


@pytest.fixture
def sink(settings):
    """A mail server that accepts every message."""
    sink = MailSink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    sink.close()


def test_a_link_goes_out_by_e_mail_in_words_that_say_nothing(staff, patient, clinician, sink):
    actions.update_patient(patient=patient, by=clinician, language="es")
    answer = staff.post(reverse("consent-ask", args=[patient.public_id]), {"kinds": BOTH, "way": "email"})
    assert "on its way by e-mail" in answer.text
    letter = sink.accepted[0]
    assert letter["To"] == "ruth@example.org"
    text = letter.get_content()
    assert re.search(r"/consent/\w{22}/\s", text) and "Sirve hasta el" in text
    for telltale in ("dolor", "pain", "tratamiento", "registro", "Álvarez", "inyección"):
        assert telltale not in f"{letter['Subject']} {text}"


def test_a_mail_server_that_does_not_answer_is_said_and_the_link_is_still_there(staff, patient, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = staff.post(reverse("consent-ask", args=[patient.public_id]), {"kinds": BOTH, "way": "email"})
    assert "did not take the message" in answer.text and "/consent/" in answer.text


def test_without_an_address_e_mail_is_not_offered(staff, patient, clinician):
    actions.update_patient(patient=patient, by=clinician, email="")
    address = reverse("consent-ask", args=[patient.public_id])
    assert "Link by e-mail" not in staff.get(address).text
    assert staff.post(address, {"kinds": BOTH, "way": "email"}).status_code == 422


@pytest.mark.parametrize("sent", [{}, {"kinds": ["nonsense"], "way": "link"}, {"kinds": BOTH}, {"way": "link"}])
def test_a_request_without_documents_or_way_is_refused(staff, patient, sent):
    assert staff.post(reverse("consent-ask", args=[patient.public_id]), sent).status_code == 422
    assert not ConsentRequest.objects.exists()


def test_strangers_ask_nobody(client, patient, stranger):
    client.force_login(stranger)
    answer = client.post(reverse("consent-ask", args=[patient.public_id]), {"kinds": BOTH, "way": "tablet"})
    assert answer.status_code == 404
    assert Patient.objects.get(pk=patient.pk).consent_requests.count() == 0
