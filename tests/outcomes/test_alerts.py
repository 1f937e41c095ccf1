"""Alerts: there before anything is sent, told at once and again, closed by a person, shown to who may see them."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from clinic.actions import set_alerting
from clinic.actions.letters import send_letters
from clinic.models import Clinic, StaffLetter
from outcomes import actions, tasks
from outcomes.models import Alert, Answer
from tests.check_in import answer_all
from tests.conftest import NOON
from tests.layers import layer
from tests.outcomes.safety import DUE, QUESTIONS, say
from tests.outcomes.test_survey_actions import in_threads
from tests.queries import AtMost

CLOSED = {"reached": "phone", "outcome": "seen", "said": "Comes in at eleven."}


def opened() -> list[tuple[str, str]]:
    return list(Alert.objects.open().order_by("pk").values_list("rule", "level"))


def letters(kind: str = "") -> list[str]:
    """To whom letters wait to be sent."""
    rows = StaffLetter.objects.filter(sent_at=None, kind__startswith="alert")
    return sorted((rows.filter(kind=kind) if kind else rows).values_list("email", flat=True))


@layer
def on_call(clinic, clinician) -> Clinic:
    """Northside with two addresses; it sends, and so works, from 9 to 20 o'clock."""
    return set_alerting(
        clinic=clinic,
        on_call_email="on-call@example.org",
        second_on_call_email="second@example.org",
        emergency_number="911",
        crisis_line="988",
        confirms_queue=False,
        at=NOON,
        by=clinician,
    )


class TestRaising:
    def test_the_alert_is_there_before_anything_is_sent(self, safety_week, on_call):
        assert say(safety_week, fever=1, worse=0) == [False, False]
        assert opened() == []
        assert say(safety_week, joint=1) == [True]
        alert = Alert.objects.get()
        assert (alert.rule, alert.level, alert.message, alert.rule_version) == ("hot_joint", "red", "infection", "1")
        assert (alert.day, alert.raised_at, alert.first_told_at) == (14, DUE, DUE)
        assert alert.answers == [{"asked": "Is your right knee hot, red, or much more swollen?", "said": "Yes"}]
        safety_week.refresh_from_db()
        assert safety_week.completed_at is None
        assert letters("alert") == ["on-call@example.org"]

    def test_two_answers_together_and_the_same_answer_again_make_one_alert(self, safety_week):
        assert say(safety_week, worse=1, fever=1, wound=1) == [False, True, True]
        assert opened() == [("fever_and_worse", "red"), ("wound", "amber"), ("wound_and_fever", "red")]
        assert say(safety_week, at=DUE + dt.timedelta(minutes=1), fever=1) == [True], "the patient is told again"
        assert Alert.objects.count() == 3

    def test_answering_otherwise_takes_nothing_away(self, safety_week):
        later = DUE + dt.timedelta(minutes=5)
        say(safety_week, joint=1)
        assert say(safety_week, at=later, joint=0) == [False]
        assert Alert.objects.open().get().taken_back_at == later
        say(safety_week, at=later, joint=1)
        assert Alert.objects.open().get().taken_back_at is None
        assert Alert.objects.count() == 1

    def test_a_session_entered_in_error_counts_no_days(self, safety_week, clinician):
        session = safety_week.follow_up.course.sessions.get()
        type(session).objects.filter(pk=session.pk).update(
            entered_in_error_at=NOON, entered_in_error_by=clinician, entered_in_error_reason="Wrong patient"
        )
        assert say(safety_week, joint=1, clot=1) == [False, True]
        assert Alert.objects.get().day is None

    def test_ordinary_answers_cost_no_statement_more(self, safety_week):
        actions.answer_item(survey=safety_week, item="nrs_now.now", value=10, at=DUE)
        with AtMost(1, exactly=True):
            actions.answer_item(survey=safety_week, item="nrs_now.now", value=10, at=DUE)
        with AtMost(2):
            say(safety_week, clot=0)

    def test_pain_and_words_are_judged_when_they_are_sent(self, safety_week, on_call):
        answer_all(safety_week, {"nrs_now.now": 8, **dict.fromkeys(QUESTIONS, 0)}, DUE)
        assert opened() == []
        actions.submit_survey(survey=safety_week, at=DUE, remark="I want to die.")
        assert opened() == [("pain_severe", "amber"), ("pain_not_settling", "amber"), ("self_harm_words", "red")]
        words = {alert.rule: alert.answers for alert in Alert.objects.all()}
        assert words["self_harm_words"] == [{"asked": "In the patient’s own words", "said": "I want to die."}]
        assert words["pain_not_settling"][1] == {"asked": "Before treatment", "said": "7"}

    def test_what_is_typed_in_from_paper_counts_from_its_day_in_its_words(self, safety_week, front_desk):
        actions.enter_answers(
            survey=safety_week,
            answers={**dict.fromkeys(QUESTIONS, 0), "safety.joint": 1, "nrs_now.now": 3},
            mode="paper",
            answered_by="patient",
            answered_on=DUE.date() - dt.timedelta(days=1),
            language="es",
            at=DUE,
            by=front_desk,
        )
        alert = Alert.objects.get()
        assert (alert.rule, alert.day, alert.raised_at) == ("hot_joint", 13, DUE)
        assert alert.answers[0]["said"] == "Sí" and "rodilla derecha" in alert.answers[0]["asked"]

    def test_one_letter_for_one_check_in_and_red_is_never_kept_back(self, safety_week, on_call):
        say(safety_week, wound=1)
        assert len(letters()) == 1
        say(safety_week, fever=1, joint=1, clot=1)
        assert len(letters()) == 2, "amber was told, then red"
        assert not Alert.objects.filter(first_told_at=None).exists()

    def test_an_answer_that_is_not_stored_raises_nothing(self, safety_week):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            say(safety_week, clot=1)
            raise ZeroDivisionError
        assert not Alert.objects.exists() and not Answer.objects.filter(survey=safety_week).exists() and letters() == []

    @pytest.mark.django_db(transaction=True)
    def test_two_devices_at_once_miss_nothing_and_double_nothing(self, safety_week, on_call):
        in_threads(
            *[lambda name=name: say(safety_week, **{name: 1}) for name in ("fever", "worse", "fever", "worse", "clot")]
        )
        assert sorted(opened()) == [("clot", "red"), ("fever_and_worse", "red")]
        assert letters("alert") == ["on-call@example.org"]


class TestTelling:
    def test_the_letter_arrives_and_says_nothing_of_the_patient(self, safety_week, on_call, sink, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        say(safety_week, joint=1)
        assert send_letters(at=DUE) == 1
        (letter,) = sink.accepted
        text = letter.get_body(["plain"]).get_content()
        assert (letter["To"], letter["Subject"]) == ("on-call@example.org", "An answer needs a person now")
        assert f"/alerts/{Alert.objects.get().public_id}/" in text
        for told in ("Ruth", "Álvarez", "00417", "knee", "infection", "hot", "Northside"):
            assert told.casefold() not in (text + str(letter["Subject"])).casefold()
        assert send_letters(at=DUE) == 0

    def test_without_addresses_the_clinicians_are_told(self, safety_week, clinician, manager, researcher):
        say(safety_week, joint=1)
        assert letters() == [clinician.email]

    @pytest.mark.parametrize(
        ("at", "told"),
        [
            ("2026-03-16T15:59:59", []),
            ("2026-03-16T16:00:00", ["second@example.org"]),
            ("2026-03-16T19:59:59", ["second@example.org"]),
            ("2026-03-16T20:00:00", ["ines@northside.example.org", "second@example.org"]),
        ],
    )
    def test_after_four_working_hours_the_second_and_after_eight_the_manager(
        self, safety_week, on_call, manager, at, told
    ):
        say(safety_week, joint=1)
        at = dt.datetime.fromisoformat(at).replace(tzinfo=NOON.tzinfo)
        actions.escalate_alerts(at=at)
        assert letters("alert_waits") == told
        assert actions.escalate_alerts(at=at) == 0, "each is told once"
        assert letters("alert_waits") == told
        actions.escalate_alerts(at=at + dt.timedelta(days=3))
        assert len(letters("alert_waits")) == 2

    def test_nobody_is_told_of_what_somebody_took_on(self, safety_week, on_call, manager, front_desk):
        say(safety_week, joint=1)
        actions.acknowledge_alert(alert=Alert.objects.get(), at=DUE, by=front_desk, **CLOSED)
        assert actions.escalate_alerts(at=DUE + dt.timedelta(days=3)) == 0

    def test_the_tick_tells(self, safety_week, on_call, manager, broker):
        say(safety_week, joint=1)
        tasks.tick()
        assert len(letters("alert_waits")) == 2
        tasks.tick()
        assert len(letters("alert_waits")) == 2

    def test_a_restored_copy_tells_nobody(self, safety_week, on_call):
        say(safety_week, joint=1)
        Clinic.objects.update(messages_held_at=NOON)
        assert actions.escalate_alerts(at=DUE + dt.timedelta(days=3)) == 0

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once_tell_once(self, safety_week, on_call, manager):
        say(safety_week, joint=1)
        later = DUE + dt.timedelta(days=1)
        in_threads(*[lambda: actions.escalate_alerts(at=later)] * 4)
        assert letters("alert_waits") == ["ines@northside.example.org", "second@example.org"]


class TestClosing:
    def test_it_is_closed_once_with_who_when_and_what(self, safety_week, front_desk, researcher, stranger):
        say(safety_week, joint=1, clot=1)
        alert, other = Alert.objects.order_by("pk")
        for refused in ({"said": "  "}, {"reached": "pigeon"}, {"outcome": ""}, {"said": "x" * 1001}):
            with pytest.raises(actions.AlertRefused):
                actions.acknowledge_alert(alert=alert, at=DUE, by=front_desk, **{**CLOSED, **refused})
        for nobody in (researcher, stranger):
            with pytest.raises(PermissionDenied, match="does not let you"):
                actions.acknowledge_alert(alert=alert, at=DUE, by=nobody, **CLOSED)
        actions.acknowledge_alert(alert=alert, at=DUE, by=front_desk, **CLOSED)
        assert list(Alert.objects.open()) == [other]
        with pytest.raises(actions.AlertRefused, match="already closed"):
            actions.acknowledge_alert(alert=alert, at=DUE, by=front_desk, with_others=True, **CLOSED)
        alert.refresh_from_db()
        assert (alert.acknowledged_by, alert.acknowledged_at, alert.said) == (front_desk, DUE, CLOSED["said"])

    def test_one_conversation_closes_all_of_a_check_in(self, safety_week, front_desk):
        say(safety_week, joint=1, clot=1)
        actions.acknowledge_alert(alert=Alert.objects.first(), at=DUE, by=front_desk, with_others=True, **CLOSED)
        assert not Alert.objects.open().exists()

    @pytest.mark.parametrize("lacking", ["acknowledged_by", "said", "reached", "outcome", "acknowledged_at"])
    def test_the_database_takes_nothing_less(self, safety_week, front_desk, lacking):
        say(safety_week, joint=1)
        values = {"acknowledged_at": DUE, "acknowledged_by": front_desk, **CLOSED}
        values[lacking] = None if lacking.startswith("acknowledged") else ""
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.update(**values)
