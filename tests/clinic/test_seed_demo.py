"""Filling an empty Mendline with invented patients."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from clinic.demo import DEMO_ACCOUNTS, DEMO_CLINIC_NAME, DEMO_PASSWORD
from clinic.models import Clinic, Membership, User
from clinic.silence import silence_of
from outcomes.actions import record_sending_check, wrong_cells
from outcomes.actions.scores import record_scores
from outcomes.models import Answer, Call, Delivery, Score, Survey
from patients.consents import unsigned
from patients.models import Patient
from treatments.models import (
    AdverseEvent,
    Course,
    FollowUp,
    LotMovement,
    LotUse,
    PrpPreparation,
    Recall,
    RegulatoryReport,
    TreatmentSession,
)

ROOT = Path(__file__).resolve().parents[2]
TODAY = dt.date(2026, 3, 2)
SCORED = ("instrument", "timepoint", "day", "taken_on", "value", "baseline", "band")
JUDGED = (*SCORED, "is_responder_30", "is_responder_50", "excluded", "scoring_version")


@pytest.fixture(autouse=True)
def demo(db, settings):
    settings.DEMO = True


def seed(**options) -> None:
    call_command("seed_demo", today=TODAY, verbosity=0, **options)


def test_the_demo_clinic():
    """One seeding, because it takes seconds: who is there, what happened, and what waits."""
    seed(patients=30, seed=2)
    check_clinic_and_logins()
    check_nobody_real_can_be_reached()
    check_only_what_is_due_today_waits_to_be_sent()
    check_the_past_has_treatments_answers_and_silence()
    check_nobody_without_consent_is_written_to()
    check_lots_lead_to_patients()
    check_there_is_work_left()


def test_nothing_is_overdue_when_the_demo_begins():
    """The worker comes minutes after the seeding: what was due at midnight, when nobody was there, is no silence."""
    call_command("seed_demo", patients=24, seed=2, verbosity=0)
    waiting = Delivery.objects.filter(status=Delivery.Status.PENDING, not_before__lte=timezone.now())
    assert waiting.exists()
    assert timezone.now() - min(waiting.values_list("not_before", flat=True)) < dt.timedelta(minutes=5)
    record_sending_check(at=timezone.now())
    clinic = Clinic.objects.get()
    assert clinic.oldest_unsent_at
    assert silence_of(clinic, at=timezone.now()) is None


def check_clinic_and_logins():
    clinic = Clinic.objects.get()
    assert (clinic.name, clinic.is_demo) == (DEMO_CLINIC_NAME, True)
    roles = dict(Membership.objects.filter(clinic=clinic).values_list("user__email", "role"))
    assert roles == {account.email: account.role for account in DEMO_ACCOUNTS}
    assert all(user.check_password(DEMO_PASSWORD) for user in User.objects.all())


def check_nobody_real_can_be_reached():
    assert not Patient.objects.exclude(email__endswith="@example.org").exists()
    assert not Patient.objects.exclude(phone__startswith="512-555-01").exists()


def check_only_what_is_due_today_waits_to_be_sent():
    waiting = Delivery.objects.filter(status=Delivery.Status.PENDING, kind=Delivery.Kind.INVITATION)
    assert waiting.exists()
    assert set(waiting.values_list("survey__follow_up__opens_on", flat=True)) == {TODAY}
    assert not Delivery.objects.filter(status__in=["claimed", "sending"]).exists()


def check_the_past_has_treatments_answers_and_silence():
    past = FollowUp.objects.filter(closes_on__lt=TODAY)
    answered = past.filter(answered_at__isnull=False).count()
    assert 0 < answered < past.count()
    assert answered == Survey.objects.filter(follow_up__in=past, completed_at__isnull=False).count()
    assert not past.filter(ended_on=None).exists()
    assert {"prp", "cell", "exosome"} == set(Course.objects.values_list("treatment_type__code", flat=True))
    assert not TreatmentSession.objects.filter(performed_at__date__gte=TODAY).exists()


def check_nobody_without_consent_is_written_to():
    silent = Patient.objects.filter(consented_at=None)
    assert silent.exists()
    assert not Survey.objects.filter(follow_up__course__patient__in=silent).exists()


def check_lots_lead_to_patients():
    """Each session took what it used from a lot, and who received donor products had agreed to it."""
    sessions = TreatmentSession.objects.all()
    assert sessions.exclude(lot_uses=None).count() == sessions.count()
    donor = LotUse.objects.filter(lot__product__required_consents__len__gt=0)
    assert donor.exists()
    assert not any(unsigned(use.patient, use.lot.product.required_consents) for use in donor)


def check_there_is_work_left():
    assert Recall.objects.get().cases.exclude(state="closed").exists()
    assert AdverseEvent.objects.filter(reviewed_at=None).exists()
    assert RegulatoryReport.objects.filter(sent_on=None, is_needed=True, due_on__gte=TODAY).exists()
    assert PrpPreparation.objects.exclude(paw_code="").exists()
    assert Call.objects.filter(closed_at=None, call_on__lte=TODAY).exists()
    assert Delivery.objects.filter(kind=Delivery.Kind.REMINDER).exists()
    assert Patient.objects.filter(email_bounced_at__isnull=False).exists()
    lost = Delivery.objects.filter(status=Delivery.Status.UNKNOWN, survey__completed_at=None)
    assert lost.filter(survey__follow_up__closes_on__gte=TODAY).exists()


def test_the_same_arguments_make_the_same_people_and_the_same_answers():
    assert seeded(seed=7) == seeded(seed=7)


def seeded(**options) -> list:
    """What a seeding makes, which is then taken back."""
    with transaction.atomic():
        seed(patients=2, **options)
        people = list(Patient.objects.order_by("id").values_list("chart_number", "family_name", "born_on", "email"))
        answers = list(Answer.objects.order_by("id").values_list("item", "value", "answered_at"))
        sent = list(Delivery.objects.order_by("id").values_list("status", "accepted_at"))
        transaction.set_rollback(True)
    return [people, answers, sent]


def test_the_bulk_of_a_large_demo():
    """One filling by copy, because it takes seconds: everything in it is as if it had happened row by row."""
    seed(patients=90, bulk=True)
    check_it_spreads_over_clinics_regions_modalities_and_years()
    check_rows_are_counted_in_the_tallies()
    check_lots_hold_what_was_not_used()
    check_scores_are_what_sending_the_answers_would_have_scored()


def check_it_spreads_over_clinics_regions_modalities_and_years():
    courses = Course.objects.all()
    assert courses.values("clinic").distinct().count() == 3
    assert courses.values("region").distinct().count() >= 4
    assert courses.values("treatment_type__modality").distinct().count() == 3
    assert courses.values("opened_on__year").distinct().count() >= 3


def check_rows_are_counted_in_the_tallies():
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n), sum(sum_value), sum(n_asked) FROM outcomes_outcometally")
        tallied = cursor.fetchone()
        cursor.execute("SELECT count(value), sum(value), count(*) FROM outcomes_outcome")
        assert tallied == cursor.fetchone()
        assert tallied[0] > 0
    assert [cell for clinic in Clinic.objects.all() for cell in wrong_cells(clinic=clinic)] == []


def check_lots_hold_what_was_not_used():
    used = LotUse.objects.aggregate(total=Sum("quantity"))["total"]
    assert used
    assert LotMovement.objects.filter(kind="used").aggregate(total=Sum("quantity"))["total"] == -used
    assert TreatmentSession.objects.exclude(lot_uses=None).count() == TreatmentSession.objects.count()


def check_scores_are_what_sending_the_answers_would_have_scored():
    """Of every third patient."""
    surveys = Survey.objects.filter(follow_up__course__patient__in=list(Patient.objects.order_by("pk"))[::3])
    scores = Score.objects.filter(survey__in=surveys).order_by("survey_id", "instrument")
    by_copy = list(scores.values_list("survey_id", *JUDGED))
    assert by_copy
    Score.objects.all().delete()
    for survey in surveys.exclude(completed_at=None).order_by("follow_up__due_on", "id"):
        taken_on = survey.completed_at.astimezone(dt.UTC).date()
        record_scores(survey=survey, taken_on=taken_on)
    assert list(scores.values_list("survey_id", *JUDGED)) == by_copy


def test_real_clinics_get_no_invented_patients(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="Set DEMO=1"):
        seed(patients=1)
    assert not Clinic.objects.exists()


def test_it_fills_only_an_empty_mendline(clinic):
    with pytest.raises(CommandError, match="There is a clinic already"):
        seed(patients=1)
    assert not Patient.objects.exists()


def test_no_patients_is_refused():
    with pytest.raises(CommandError, match="--patients"):
        call_command("seed_demo", "--patients", "0")


@pytest.mark.django_db(transaction=True)
def test_bulk_rows_come_in_the_context_of_a_command_as_well(tmp_path):
    """As typed: in a process of its own, where history knows the command, and without the tests' view of every clinic."""
    name = connection.settings_dict["NAME"]
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    environment = {**os.environ, "DATABASE_URL": address, "DEMO": "1", "DEMO_MAIL_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "seed_demo", "--bulk", "--patients", "20"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert Patient.objects.count() == 20
