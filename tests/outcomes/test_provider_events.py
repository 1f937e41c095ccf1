"""What providers report: signed, stored once, and applied so that order and repetition change nothing (F-31d, F-63, I13)."""

import datetime as dt
import json
import uuid
from base64 import b64encode
from itertools import permutations

import pytest

from outcomes import actions
from outcomes.models import Delivery, ProviderEvent
from outcomes.provider_reports import Report, address_hash
from patients import actions as patient_actions
from patients.models import Patient
from tests.conftest import NOON
from tests.layers import layer
from tests.sms_provider import ACCOUNT, SECRET, signature

NUMBER, CLINIC_NUMBER = "+15125550134", "+15125550100"
STATUS, INBOUND = "/hooks/sms/status/", "/hooks/sms/inbound/"
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def gateway(settings):
    settings.SMS_URL, settings.SMS_ACCOUNT, settings.SMS_SECRET = "http://127.0.0.1:1", ACCOUNT, SECRET
    settings.SMS_WEBHOOK_SECRET, settings.SMS_FROM = SECRET, CLINIC_NUMBER


@layer
def delivery(course, patient) -> Delivery:
    """A text message to Ruth that the gateway took."""
    Patient.objects.filter(pk=patient.pk).update(phone="(512) 555-0134")
    actions.open_due_surveys(at=NOON)
    Delivery.objects.update(channel="sms", provider_ref="SM1")
    return brought_to(Delivery.objects.get(), "claimed", "sending", "accepted")


def brought_to(delivery, *statuses):
    for status in statuses:
        if status == "pending" and delivery.status == "accepted":
            brought_to(delivery, "bounced_soft")
        delivery.status = status
        delivery.fence += status == "claimed"
        delivery.lease_until = NOON if status in ("claimed", "sending") else None
        delivery.accepted_at = NOON if status == "accepted" else delivery.accepted_at
        if status in ("unknown", "bounced_soft", "cancelled"):
            delivery.reason_code = delivery.reason = "x"
        delivery.save()
    return delivery


def fresh(row):
    row.refresh_from_db()
    return row


def report(kind, delivery, ref="", **facts):
    given = {"status": kind, "code": "", "is_bad": False, "address_hash": address_hash(NUMBER)} | facts
    return Report("sms", ref or f"{delivery.pk}-{kind}-{facts}", kind, str(delivery.public_id), "SM1", facts=given)


def posted(client, path, form, *, signed_for="", secret=SECRET):
    made = signature(signed_for or f"http://127.0.0.1:8000{path}", form, secret)
    return client.post(path, form, headers={"X-Twilio-Signature": made})


def status_form(delivery, status, code=None, to=NUMBER):
    form = {"MessageSid": "SM1", "MessageStatus": status, "To": to, "From": CLINIC_NUMBER, "AccountSid": ACCOUNT}
    return form | ({"ErrorCode": str(code)} if code else {})


def report_status(client, delivery, status, code=None, **more):
    path = f"{STATUS}?delivery={delivery.public_id}"
    return posted(client, path, status_form(delivery, status, code, **more))


def write(client, text, *, sid="SM9", sender=NUMBER, to=CLINIC_NUMBER):
    return posted(client, INBOUND, {"MessageSid": sid, "From": sender, "To": to, "Body": text, "AccountSid": ACCOUNT})


# The gateway's status reports


def test_a_signed_report_is_stored_and_moves_the_message(client, delivery):
    assert report_status(client, delivery, "delivered").status_code == 204
    assert (fresh(delivery).status, delivery.accepted_at) == ("delivered", NOON)
    assert delivery.delivered_at
    event = ProviderEvent.objects.get()
    assert (event.kind, event.delivery, event.source) == ("delivered", delivery, "sms")
    assert event.applied_at
    assert NUMBER[-4:] not in json.dumps(event.facts)


@pytest.mark.parametrize("forged", ["no signature", "other secret", "other address", "other words"])
def test_f31d_a_forged_report_is_refused_and_logged(client, delivery, caplog, forged):
    path, form = f"{STATUS}?delivery={delivery.public_id}", status_form(delivery, "delivered")
    if forged == "no signature":
        answer = client.post(path, form)
    elif forged == "other secret":
        answer = posted(client, path, form, secret="guess")
    elif forged == "other address":
        answer = posted(client, path, form, signed_for=f"http://attacker.example.org{path}")
    else:
        made = signature(f"http://127.0.0.1:8000{path}", form)
        answer = client.post(path, form | {"MessageStatus": "failed"}, headers={"X-Twilio-Signature": made})
    assert answer.status_code == 403
    assert "not signed" in caplog.text
    assert not ProviderEvent.objects.exists()
    assert fresh(delivery).status == "accepted"


def test_f69_a_report_that_comes_again_changes_nothing(client, delivery):
    for _time in range(3):
        report_status(client, delivery, "delivered")
    assert ProviderEvent.objects.count() == 1
    assert delivery.changes.filter(after="delivered").count() == 1


def test_f69_a_report_that_is_too_long_is_not_read(client, delivery):
    assert posted(client, STATUS, {"Body": "x" * 30_000}).status_code == 413


def test_a_report_about_a_message_of_nobody_is_taken_and_forgotten(client, delivery):
    path = f"{STATUS}?delivery={uuid.uuid4()}"
    assert posted(client, path, status_form(delivery, "delivered")).status_code == 204
    assert (
        posted(client, STATUS + "?delivery=1';--", status_form(delivery, "x") | {"MessageSid": "?"}).status_code == 204
    )
    assert not ProviderEvent.objects.exists()


def test_a_report_finds_its_message_by_the_gateways_reference_too(client, delivery):
    posted(client, STATUS, status_form(delivery, "delivered"))
    assert fresh(delivery).status == "delivered"


def test_without_text_messages_there_is_nothing_to_report_to(client, settings, db):
    settings.SMS_URL = ""
    assert client.post(STATUS).status_code == client.post(INBOUND).status_code == 404


def test_a_failed_text_message_keeps_the_code_and_flags_the_number(client, delivery, patient):
    report_status(client, delivery, "undelivered", 30005)
    assert (fresh(delivery).status, delivery.reason_code) == ("bounced_hard", "bounced")
    assert "30005" in delivery.reason
    assert fresh(patient).sms_failed_at


def test_a_network_that_refuses_us_does_not_flag_the_number(client, delivery, patient):
    report_status(client, delivery, "undelivered", 30034)
    assert "10DLC" in fresh(delivery).reason
    assert fresh(patient).sms_failed_at is None


def test_f64_a_number_that_is_not_the_patients_any_more_flags_nothing(client, delivery, patient):
    Patient.objects.filter(pk=patient.pk).update(phone="512-555-0199")
    report_status(client, delivery, "undelivered", 30005)
    assert fresh(delivery).status == "bounced_hard"
    assert fresh(patient).sms_failed_at is None


def test_uns2_a_refusal_because_of_stop_is_mirrored(client, delivery, patient):
    report_status(client, delivery, "failed", 21610)
    assert (fresh(delivery).reason_code, bool(fresh(patient).sms_stopped_at)) == ("stopped", True)
    assert patient.sms_failed_at is None


# Order and repetition


REPORTS = [
    ("accepted", {}),
    ("bounced_soft", {}),
    ("delivered", {}),
    ("bounced_hard", {"is_bad": True}),
    ("complained", {}),
    ("other", {}),
]


def end_of(delivery, kinds):
    for kind, facts in kinds:
        event = actions.note_report(report(kind, delivery, **facts), at=NOON)
        actions.apply_event(event.pk, at=NOON)
    patient = Patient.objects.get(pk=delivery.patient_id)
    return fresh(delivery).status, bool(patient.sms_failed_at), bool(patient.sms_stopped_at)


WAYS = {
    "accepted": ("claimed", "sending", "accepted"),
    "unknown": ("claimed", "sending", "unknown"),
    "sending": ("claimed", "sending"),
    "pending": (),
    "claimed": ("claimed",),
    "cancelled": ("cancelled",),
}


def twin_of(delivery, sequence, way):
    """Another message to Ruth about the same survey, brought to where its way leads."""
    names = ("clinic_id", "patient_id", "survey_id", "kind", "channel", "not_before")
    twin = Delivery.objects.create(sequence=sequence, **{name: getattr(delivery, name) for name in names})
    return brought_to(twin, *WAYS[way])


@pytest.mark.parametrize(
    ("start", "kinds"),
    [
        ("accepted", REPORTS[:4]),
        ("accepted", REPORTS[2:6]),
        ("unknown", [REPORTS[0], *REPORTS[2:4]]),
        ("sending", [REPORTS[0], REPORTS[2], REPORTS[4]]),
        ("pending", REPORTS[:4]),
        ("claimed", REPORTS[2:5]),
        ("cancelled", REPORTS[2:5]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_i13_all_reports_in_any_order_lead_to_the_same_end(delivery, start, kinds):
    ends = set()
    for number, order in enumerate(permutations(kinds), start=50):
        Patient.objects.update(sms_failed_at=None, sms_stopped_at=None)
        # Each comes twice, the second time after all the others.
        ends.add(end_of(twin_of(delivery, number, start), [*order, *order]))
    assert len(ends) == 1, ends


@pytest.mark.parametrize("late", ["accepted", "bounced_soft", "delivered"])
def test_f31d_late_reports_never_move_a_message_back(delivery, late):
    end_of(delivery, [("bounced_hard", {})])
    assert end_of(delivery, [(late, {})])[0] == "bounced_hard"


def test_a_message_that_waits_to_be_tried_again_is_not_sent_when_it_was_delivered(delivery):
    brought_to(delivery, "pending", "claimed")
    assert end_of(delivery, [("delivered", {})])[0] == "delivered"
    assert (delivery.lease_until, delivery.delivered_at) == (None, NOON)


def test_f63_the_fourth_soft_bounce_is_the_last(delivery):
    for time in range(4):
        end_of(delivery, [("bounced_soft", {"time": time})])
        assert delivery.soft_bounces == time + 1
        if time < 3:
            assert delivery.status == "bounced_soft"
            brought_to(delivery, "pending", "claimed", "sending", "accepted")
    assert delivery.status == "failed"


def test_what_was_stored_and_not_applied_is_applied_by_the_sweep(delivery):
    actions.note_report(report("delivered", delivery), at=NOON)
    assert fresh(delivery).status == "accepted"
    assert actions.apply_events(at=NOON) == 1
    assert fresh(delivery).status == "delivered"
    assert actions.apply_events(at=NOON) == 0


# Replies of patients


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        " Stop. ",
        "S T O P",
        "STOPALL",
        "unsubscribe",
        "Cancel",
        "END",
        "quit",
        "ARRÊT",
        "Alto",
        "parar!",
        "BAJA",
    ],
)
def test_uns2_stop_ends_text_messages_to_that_number(client, delivery, patient, text):
    answer = write(client, text)
    assert answer["Content-Type"] == "text/xml"
    assert "<Message>" in answer.text
    assert fresh(patient).sms_stopped_at
    event = ProviderEvent.objects.get()
    assert (event.kind, event.facts) == ("stopped", {"patients": [patient.pk]})


def test_uns2_start_lifts_it_and_a_replayed_stop_does_not_return(client, delivery, patient):
    write(client, "STOP", sid="SM9")
    write(client, "sí", sid="SM10")
    assert fresh(patient).sms_stopped_at is None
    write(client, "STOP", sid="SM9")
    assert fresh(patient).sms_stopped_at is None
    assert ProviderEvent.objects.count() == 2


def test_uns2_stop_is_of_that_clinic_and_of_everybody_there_with_that_number(
    client, delivery, patient, clinic, other_clinic, front_desk, stranger
):
    def registered(at_clinic, by, chart, phone):
        details = {"chart_number": chart, "family_name": "Field", "phone": phone}
        return patient_actions.register_patient(clinic=at_clinic, by=by, at=NOON, **details)

    housemate, neighbor = (
        registered(clinic, front_desk, "S1", "+1 512.555.0134"),
        registered(clinic, front_desk, "S2", "512-555-0135"),
    )
    elsewhere = registered(other_clinic, stranger, "S3", "512 555 0134")
    type(other_clinic).objects.filter(pk=other_clinic.pk).update(sms_sender="+15125550177")
    write(client, "STOP")
    assert fresh(patient).sms_stopped_at
    assert fresh(housemate).sms_stopped_at
    assert fresh(neighbor).sms_stopped_at is fresh(elsewhere).sms_stopped_at is None
    write(client, "STOP", to="+15125550177", sid="SM10")
    assert fresh(elsewhere).sms_stopped_at


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("HELP", "en", "short check-ins"),
        ("info", "es", "preguntas cortas"),
        ("Ayuda", "en", "preguntas cortas"),
        ("I feel worse", "en", "nobody reads"),
        ("Stop it hurts", "en", "nobody reads"),
        ("me duele", "es", "nadie lee"),
    ],
)
def test_uns2_anything_else_is_answered_with_the_clinics_number(
    client, delivery, patient, clinic, text, language, words
):
    Patient.objects.filter(pk=patient.pk).update(language=language)
    answer = write(client, text).text
    assert words in answer
    assert clinic.phone in answer
    assert not ProviderEvent.objects.exists()
    assert fresh(patient).sms_stopped_at is None


def test_a_forged_reply_stops_nothing(client, delivery, patient):
    form = {"MessageSid": "SM9", "From": NUMBER, "To": CLINIC_NUMBER, "Body": "STOP"}
    assert posted(client, INBOUND, form, secret="guess").status_code == 403
    assert fresh(patient).sms_stopped_at is None


def test_a_reply_from_a_number_that_nobody_has_is_heard_by_no_clinic_of_several(client, delivery, other_clinic):
    answer = write(client, "STOP", sender="+15125550111")
    assert answer.text.endswith("<Response></Response>")
    assert not ProviderEvent.objects.exists()


# Mail providers


@pytest.fixture
def letter(delivery, settings, patient) -> Delivery:
    """An e-mail to Ruth that the provider took."""
    settings.EMAIL_PROVIDER, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": "hook:secret"}
    Delivery.objects.filter(pk=delivery.pk).update(channel="email", provider_ref="pm-1")
    return fresh(delivery)


def tell(client, letter, kind, *, login="hook:secret", **more):
    body = {
        "RecordType": kind,
        "MessageID": "pm-1",
        "Metadata": {"delivery": str(letter.public_id)},
        "Recipient": Patient.objects.get().email,
        "DeliveredAt": "2026-03-02T18:00:01Z",
    } | more
    basic = b64encode(login.encode()).decode()
    return client.post("/hooks/mail/", body, "application/json", headers={"Authorization": f"Basic {basic}"})


@pytest.mark.parametrize(
    ("kind", "more", "status", "flags"),
    [
        ("Delivery", {}, "delivered", (False, False)),
        ("Bounce", {"Type": "HardBounce", "ID": 1}, "bounced_hard", (True, False)),
        ("Bounce", {"Type": "SoftBounce", "ID": 1}, "bounced_soft", (False, False)),
        ("Bounce", {"Type": "Transient", "ID": 1}, "accepted", (False, False)),
        ("Bounce", {"Type": "AutoResponder", "ID": 1}, "accepted", (False, False)),
        ("Bounce", {"Type": "BadEmailAddress", "ID": 1}, "bounced_hard", (True, False)),
        ("Bounce", {"Type": "Blocked", "ID": 1}, "bounced_hard", (False, False)),
        ("SpamComplaint", {"Type": "SpamComplaint", "ID": 1}, "complained", (False, True)),
        ("SubscriptionChange", {"SuppressionReason": "ManualSuppression"}, "accepted", (False, True)),
        ("Open", {}, "accepted", (False, False)),
    ],
)
def test_f63_a_mail_providers_report_is_applied(client, letter, patient, kind, more, status, flags):
    assert tell(client, letter, kind, **more).status_code == 200
    assert tell(client, letter, kind, **more).status_code == 200
    assert fresh(letter).status == status
    assert (bool(fresh(patient).email_bounced_at), bool(patient.email_stopped_at)) == flags
    event = ProviderEvent.objects.get()
    assert event.source == "postmark"
    assert patient.email not in json.dumps(event.facts)


def test_f63_a_bounce_of_an_earlier_address_does_not_flag_the_new_one(client, letter, patient):
    tell(client, letter, "Bounce", Type="HardBounce", ID=1, Recipient="", Email="old@example.org")
    assert fresh(letter).status == "bounced_hard"
    assert fresh(patient).email_bounced_at is None


def test_a_mail_report_without_the_secret_is_refused(client, letter, settings):
    assert tell(client, letter, "Delivery", login="hook:guess").status_code == 403
    settings.ANYMAIL = {}
    assert tell(client, letter, "Delivery").status_code == 404
    settings.EMAIL_PROVIDER = ""
    assert tell(client, letter, "Delivery").status_code == 404
    assert fresh(letter).status == "accepted"
