"""The pages about messages and whom to call: what needs a person, what goes out, what does not and why, pauses, and the health of it all."""

import datetime as dt

import pytest
from django.utils import timezone

from clinic.models import Clinic, Heartbeat
from outcomes import actions
from outcomes.export_jobs import ask_for_export, write_next_export
from outcomes.models import Call, ContactDecision, Delivery, SendingPause, Survey
from patients.models import Patient
from tests.check_in import open_survey
from tests.days import today_there

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
TABS = ("", "outgoing/", "outgoing/?show=week", "not-sent/", "not-sent/?show=unreachable", "pauses/", "health/")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def course_today(course, now):
    """Ruth's course, as if it had been opened today: its baseline is due."""
    today = today_there()
    course.follow_ups.update(opens_on=today, due_on=today, closes_on=today + 30 * DAY)
    return course


@pytest.fixture
def survey(course_today, now) -> Survey:
    survey = open_survey(course_today.follow_ups.get(), now)
    actions.decide_contacts(at=now)
    return survey


@pytest.fixture
def call(survey, now) -> Call:
    return Call.objects.create(
        clinic=survey.clinic,
        survey=survey,
        patient=survey.follow_up.course.patient,
        reason="no_answer",
        made_at=now,
        call_on=today_there() - DAY,
    )


@pytest.fixture
def unknown(survey, now) -> Delivery:
    Delivery.objects.update(status="claimed", fence=1, lease_until=now)
    Delivery.objects.update(status="sending", started_at=now)
    actions.sweep_deliveries(at=now + 20 * MINUTE)
    return Delivery.objects.get(status="unknown")


@pytest.fixture
def seen(client, front_desk):
    client.force_login(front_desk)
    return lambda path="": client.get(f"/messages/{path}")


@pytest.fixture
def today(client, front_desk):
    client.force_login(front_desk)
    return lambda: client.get("/today/")


def test_every_tab_opens_with_nothing_to_show(seen):
    for tab in TABS:
        assert seen(tab).status_code == 200, tab
    assert "Nothing goes out" in seen("outgoing/").text


def test_others_see_none_of_it(client, researcher, stranger, survey, call, unknown):
    """UNS: a researcher sees no names; another clinic's people see their own clinic."""
    client.force_login(researcher)
    assert {client.get(f"/messages/{tab}").status_code for tab in TABS} == {403}
    client.force_login(stranger)
    assert all("Álvarez" not in client.get(f"/messages/{tab}").text for tab in TABS)
    for path in (f"/calls/{call.public_id}/", f"/surveys/{survey.public_id}/cancel/"):
        assert client.get(path).status_code == 404
    for path in (f"/surveys/{survey.public_id}/send/", f"/deliveries/{unknown.public_id}/settle/"):
        assert client.post(path, {"channel": "email", "arrived": "yes"}).status_code == 404


def test_pages_only_read_and_buttons_only_write(seen, client, survey, patient, call, unknown):
    for tab in ("", "outgoing/", "not-sent/", "health/"):
        assert client.post(f"/messages/{tab}").status_code == 405
    for path in (
        f"/surveys/{survey.public_id}/send/",
        f"/deliveries/{unknown.public_id}/settle/",
        f"/patients/{patient.public_id}/pause/",
        f"/patients/{patient.public_id}/channel/",
        f"/patients/{patient.public_id}/died/undo/",
    ):
        assert client.get(path).status_code == 405, path


class TestGoingOut:
    def test_what_waits_is_listed_with_its_time_and_reason(self, seen, survey, now):
        Delivery.objects.update(not_before=now + MINUTE, reason_code="budget", reason="Enough for today.")
        text = seen("outgoing/?show=week").text
        for words in (
            "Álvarez, Ruth",
            "Invitation by e-mail",
            "Baseline",
            "as many messages lately as the clinic allows",
        ):
            assert words in text
        assert "1 invitation" in seen().text or timezone.localtime().hour == 23

    def test_the_next_step_is_listed_until_it_is_taken(self, seen, survey, now):
        Delivery.objects.update(status="cancelled", reason_code="answered", reason="x")
        ContactDecision.objects.update(code="next_step", looks_again_at=now + 2 * DAY)
        assert "Reminder or call" in seen("outgoing/?show=week").text
        assert "Reminder or call" not in seen("outgoing/").text

    def test_what_is_not_open_yet_is_listed_only_for_who_may_be_contacted(self, seen, course_today, clinic, clinician):
        assert "Álvarez" in seen("outgoing/").text
        for change in ({"withdrawn_at": timezone.now()}, {"died_on": today_there()}, {"email": ""}):
            before = Patient.objects.values(*change).get()
            Patient.objects.update(**change)
            assert "Álvarez" not in seen("outgoing/").text, change
            Patient.objects.update(**before)
        actions.pause_sending(clinic=clinic, reason="Server moves", at=timezone.now(), by=clinician)
        text = seen("outgoing/").text
        assert "Álvarez" not in text
        assert "All messages are paused" in text

    def test_pages_take_few_queries(self, seen, survey, call, unknown, django_assert_max_num_queries):
        for tab in TABS:
            with django_assert_max_num_queries(12):
                assert seen(tab).status_code == 200


class TestNotSent:
    def test_counts_by_reason_lead_to_the_patients(self, seen, today, survey, now):
        Patient.objects.update(email_bounced_at=now)
        Delivery.objects.update(status="claimed", fence=1, lease_until=now)
        Delivery.objects.update(status="suppressed", reason_code="bounced", reason="This address takes no messages.")
        ContactDecision.objects.update(looks_again_at=now)
        actions.decide_contacts(at=now + MINUTE)
        text = seen("not-sent/").text
        assert "?show=unreachable" in text
        assert "?show=bounced" in text
        assert "Álvarez, Ruth" in seen("not-sent/?show=unreachable").text
        assert "takes no mail" in today().text

    def test_a_reason_that_there_is_not_is_none(self, seen):
        assert seen("not-sent/?show=nonsense").status_code == 200


class TestCalls:
    def test_a_call_is_recorded_from_the_list(self, today, client, call):
        assert "Did not answer the messages" in today().text
        answer = client.post(f"/calls/{call.public_id}/", {"outcome": "no_answer", "note": "Rang out"}, follow=True)
        assert "comes back on this list" in answer.text
        call.refresh_from_db()
        assert (call.tries, call.closed_at) == (1, None)
        assert "Rang out" in client.get(f"/calls/{call.public_id}/").text

    def test_a_call_is_taken_back_with_one_press(self, today, client, call):
        recorded = client.post(f"/calls/{call.public_id}/", {"outcome": "no_answer"}, follow=True)
        back = f"/calls/{call.public_id}/take-back/"
        assert f'action="{back}"' in recorded.text
        assert "Nobody to call" in recorded.text
        assert client.get(back).status_code == 405
        assert "is on the list again" in client.post(back, follow=True).text
        call.refresh_from_db()
        assert (call.tries, call.call_on, call.closed_at, call.outcome) == (0, today_there(), None, "")
        assert '<span class="tag">taken back</span>' in client.get(f"/calls/{call.public_id}/").text
        assert "can no longer be taken back" in client.post(back, follow=True).text

    @pytest.mark.parametrize("outcome", ["no_more_calls", "answered"])
    def test_a_call_that_ended_it_waits_again(self, today, client, call, outcome):
        client.post(f"/calls/{call.public_id}/", {"outcome": outcome})
        assert "Nobody to call" in today().text
        client.post(f"/calls/{call.public_id}/take-back/")
        assert "Did not answer the messages" in today().text

    def test_a_wrong_number_and_an_old_call_stay(self, today, client, call, front_desk, now):
        """UNS: an address was flagged, and its messages may have gone elsewhere by now."""
        actions.record_call(call=call, outcome="no_answer", at=now, by=front_desk)
        with pytest.raises(actions.CallRefused, match="no longer"):
            actions.take_call_back(call=call, at=now + 11 * MINUTE, by=front_desk)
        assert (
            "take-back" not in client.post(f"/calls/{call.public_id}/", {"outcome": "wrong_number"}, follow=True).text
        )
        with pytest.raises(actions.CallRefused, match="no longer"):
            actions.take_call_back(call=call, at=now + MINUTE, by=front_desk)

    @pytest.mark.parametrize("change", ["died_on", "withdrawn_at", "paused"])
    def test_nobody_is_to_call_who_died_withdrew_or_is_paused(
        self, today, call, clinic, patient, front_desk, change, now
    ):
        """UNS: a call is a message, too."""
        if change == "paused":
            actions.pause_sending(clinic=clinic, patient=patient, reason="In hospital", at=now, by=front_desk)
            actions.decide_contacts(at=now + MINUTE)
        else:
            Patient.objects.update(**{change: now.date() if change == "died_on" else now})
        assert "Nobody to call" in today().text

    def test_bad_input_is_refused_in_words(self, seen, client, call):
        for sent in ({}, {"outcome": "sang"}, {"outcome": "answered", "note": "x" * 201}):
            answer = client.post(f"/calls/{call.public_id}/", sent)
            assert answer.status_code == 422, sent
            assert "There is a problem" in answer.text
        assert Call.objects.get().tries == 0

    def test_one_that_ended_says_so(self, client, seen, call):
        client.post(f"/calls/{call.public_id}/", {"outcome": "no_more_calls"})
        assert "Nobody has to call" in client.get(f"/calls/{call.public_id}/").text
        assert client.post(f"/calls/{call.public_id}/", {"outcome": "answered"}).status_code == 422


class TestUnconfirmed:
    @pytest.mark.parametrize(("arrived", "status"), [("yes", "accepted"), ("no", "failed"), ("maybe", "unknown")])
    def test_is_settled_by_somebody(self, seen, client, unknown, arrived, status):
        assert "It did not" in seen().text
        client.post(f"/deliveries/{unknown.public_id}/settle/", {"arrived": arrived, "back": "messages"})
        unknown.refresh_from_db()
        assert unknown.status == status

    def test_twice_is_told(self, client, seen, unknown):
        for _ in range(2):
            answer = client.post(f"/deliveries/{unknown.public_id}/settle/", {"arrived": "yes"}, follow=True)
        assert "It is known by now" in answer.text


class TestPauses:
    def test_all_and_one_protocol(self, client, clinician, course, clinic):
        client.force_login(clinician)
        protocol = str(course.protocol.public_id)
        for given in ({"reason": "Server moves"}, {"reason": "New words", "protocol": protocol}):
            assert client.post("/messages/pauses/", given).status_code == 302
        assert "End this pause" in client.get("/messages/pauses/").text
        for pause in SendingPause.objects.all():
            client.post(f"/pauses/{pause.public_id}/resume/")
        assert not SendingPause.objects.active().exists()

    def test_bad_input_is_refused(self, client, clinician, other_clinic):
        client.force_login(clinician)
        for given in ({}, {"reason": "x" * 201}, {"reason": "x", "protocol": "nonsense"}):
            assert client.post("/messages/pauses/", given).status_code == 422, given
        client.post("/messages/pauses/", {"reason": "Once"})
        assert "This is paused already" in client.post("/messages/pauses/", {"reason": "Twice"}).text

    def test_the_front_desk_pauses_patients_only(self, seen, client, patient, clinic, clinician):
        assert client.post("/messages/pauses/", {"reason": "No"}).status_code == 403
        everything = actions.pause_sending(clinic=clinic, reason="All", at=timezone.now(), by=clinician)
        assert client.post(f"/pauses/{everything.public_id}/resume/").status_code == 403
        page = f"/patients/{patient.public_id}/"
        assert "In hospital" in client.post(f"{page}pause/", {"reason": "In hospital"}, follow=True).text
        pause = SendingPause.objects.get(patient=patient)
        assert "The pause has ended" in client.post(f"/pauses/{pause.public_id}/resume/", follow=True).text
        assert (
            "ended already" in client.post(f"/pauses/{pause.public_id}/resume/", {"back": "patient"}, follow=True).text
        )
        assert "Reason is missing" in client.post(f"{page}pause/", {"reason": " "}, follow=True).text


class TestByHand:
    def test_sends_now_or_says_why_not(self, seen, client, survey, now):
        send = f"/surveys/{survey.public_id}/send/"
        assert "A message is on its way" in client.post(send, {"channel": "email"}, follow=True).text
        Delivery.objects.update(status="cancelled", reason_code="answered", reason="x")
        Clinic.objects.update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
        assert "no address for this channel" in client.post(send, {"channel": "pigeon"}, follow=True).text
        assert "goes out by e-mail" in client.post(send, {"channel": "email"}, follow=True).text
        assert Delivery.objects.filter(sequence=100, requested_by__isnull=False).count() == 1

    def test_calls_a_check_in_off(self, seen, client, survey):
        page = f"/surveys/{survey.public_id}/cancel/"
        assert "cannot be taken back" in client.get(page).text
        assert client.post(page, {"reason": ""}).status_code == 422
        assert "Moved abroad" in client.post(page, {"reason": "Moved abroad"}, follow=True).text
        assert client.post(page, {"reason": "Again"}).status_code == 422


class TestHealth:
    def test_says_who_is_silent(self, seen, now):
        assert "Never heard of" in seen("health/").text
        Heartbeat.objects.create(name="beat", at=now)
        Heartbeat.objects.create(name="worker celery@host", at=now - dt.timedelta(hours=1))
        text = seen("health/").text
        assert ("Alive" in text, "Silent" in text, "60 minutes ago" in text) == (True, True, True)

    def test_a_banner_on_every_page_when_nothing_goes_out(self, seen, client, clinic, now):
        def tell(checked, oldest):
            Clinic.objects.filter(pk=clinic.pk).update(sending_checked_at=checked, oldest_unsent_at=oldest)
            return client.get("/patients/").text

        assert "Tell whoever runs" not in tell(None, None)
        assert "Tell whoever runs" not in tell(now, now - 10 * MINUTE)
        assert "have not gone out" in tell(now, now - 20 * MINUTE)
        assert "Nothing has been sent since" in tell(now - 6 * MINUTE, None)
        Clinic.objects.update(messages_held_at=now)
        text = client.get("/patients/").text
        assert "restored from a backup" in text
        assert "Tell whoever runs" not in text

    def test_what_is_paused_is_not_missed(self, survey, clinic, clinician, now):
        later = Delivery.objects.get().not_before + dt.timedelta(hours=1)
        actions.record_sending_check(at=later)
        assert Clinic.objects.get(pk=clinic.pk).oldest_unsent_at is not None
        actions.pause_sending(clinic=clinic, reason="Server moves", at=now, by=clinician)
        actions.record_sending_check(at=later)
        assert Clinic.objects.get(pk=clinic.pk).oldest_unsent_at is None


class TestMetrics:
    def test_is_not_there_without_a_token(self, client, db, settings):
        settings.METRICS_TOKEN = ""
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    def test_is_told_to_who_shows_it(self, client, settings, survey, now):
        settings.METRICS_TOKEN = "a-token"
        Heartbeat.objects.create(name='wor"ker', at=now)
        for shown in ({}, {"Authorization": "Bearer other"}, {"Authorization": "a-token"}):
            assert client.get("/metrics", headers=shown).status_code == 401
        answer = client.get("/metrics", headers={"Authorization": "Bearer a-token"})
        assert 'mendline_deliveries{state="pending"} 1' in answer.text
        assert 'mendline_heartbeat_age_seconds{process="wor\\"ker"}' in answer.text
        assert "# TYPE mendline_oldest_due_unsent_seconds gauge" in answer.text
        assert client.post("/metrics").status_code == 405

    def test_has_queues_jobs_reports_and_connections(self, client, settings, survey, clinic, manager, program):
        settings.METRICS_TOKEN = "a-token"
        Delivery.objects.update(not_before=timezone.now() - dt.timedelta(hours=1))
        job = ask_for_export(question="dataset=answers", clinic=clinic, by=manager, at=timezone.now())
        ask_for_export(question="dataset=scores", clinic=clinic, by=manager, at=timezone.now())
        write_next_export(clock=timezone.now)
        shown = {"Authorization": "Bearer a-token"}
        before = figures(client.get("/metrics", headers=shown).text)
        assert program(manager).get("/api/v1/reports/change/").status_code == 200
        after = figures(client.get("/metrics", headers=shown).text)
        assert (before['jobs{state="done"}'], before['jobs{state="queued"}']) == (1, 1)
        assert before['job_seconds_count{kind="export"}'] == 1 and before['job_seconds_sum{kind="export"}'] >= 0
        assert before["oldest_waiting_job_seconds"] >= 0 and before["due_unsent"] == Delivery.objects.count() == 1
        assert sum(value for name, value in before.items() if name.startswith("database_connections{")) > 0
        assert before["database_connections_limit"] >= 10
        name = 'report_seconds_count{report="change"}'
        assert after[name] == before.get(name, 0) + 1
        assert after['report_seconds_sum{report="change"}'] > before.get('report_seconds_sum{report="change"}', 0)
        assert str(job.public_id) not in str(before) and clinic.name not in str(before)


def figures(text: str) -> dict[str, float]:
    """Every line that has a value; each figure has its help and type before it."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    named = {line.rpartition(" ")[0].removeprefix("mendline_"): float(line.rpartition(" ")[2]) for line in lines}
    assert {name.partition("{")[0] for name in named} <= {
        line.split()[2][9:] for line in text.splitlines() if "# TYPE" in line
    }
    return named
