"""Importing a folder: all or nothing, exactly, and twice the same."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from clinic.models import Clinic
from outcomes.actions import HistoryRefused, import_history, known_scales, plan_import
from outcomes.history import read_history, report_lines
from outcomes.history.shuffling import write_shuffled
from outcomes.models import ImportedInstrument, Outcome, OutcomeTally, Score
from patients.actions import register_patient
from patients.models import Patient
from tests.conftest import NOON
from tests.history_files import EPISODES, SCORES, with_cell, write_history
from treatments.models import Course, TreatmentType

DAY_0 = dt.date(2025, 1, 1)


def read(clinic, folder):
    return read_history(folder, known_scales(clinic=clinic))


def plan(clinic, folder, index_date=DAY_0):
    return plan_import(clinic=clinic, history=read(clinic, folder), index_date=index_date)


def run(clinic, folder, by=None, tell=lambda line: None):
    return import_history(clinic=clinic, history=read(clinic, folder), index_date=DAY_0, by=by, at=NOON, tell=tell)


@pytest.fixture
def folder(tmp_path):
    return write_history(tmp_path / "history")


def score(clinic, episode, instrument, timepoint):
    return Score.objects.get(clinic=clinic, course__external_ref=episode, instrument=instrument, timepoint=timepoint)


def test_history_becomes_patients_courses_and_scores(clinic, manager, folder):
    done = run(clinic, folder, by=manager)
    assert (done.n_new, done.n_unchanged) == (3 + 3 + 2 + 8, 0)
    patient = Patient.objects.get(clinic=clinic, chart_number="K1")
    assert (patient.is_imported, patient.sex, patient.age_at_import, patient.family_name) == (True, "F", 61, "")
    assert (patient.registered_by, patient.email, patient.may_be_contacted) == (manager, "", False)
    course = Course.objects.get(clinic=clinic, external_ref="K2-1")
    assert course.patient.chart_number == "K2"
    assert (course.complaint, course.region, course.source_region) == ("tendon pain, elbow", "elbow", "elbow")
    assert (course.source_site, course.source_clinician) == ("north", "")
    assert course.opened_on == dt.date(2024, 12, 2)
    assert course.protocol is None
    assert not course.follow_ups.exists()


def test_course_without_words_of_its_own_says_what_it_has(clinic, folder):
    run(clinic, folder)
    course = Course.objects.get(clinic=clinic, external_ref="K3-1")
    assert (course.complaint, course.region, course.source_region) == ("saline injection", "other", "")


def test_scores_are_exact_and_judged_against_their_own_baseline(clinic, folder):
    run(clinic, folder)
    pain = score(clinic, "K1-1", "vas", "week 6")
    assert (pain.value, pain.baseline) == (Decimal("33.3333333333333333"), Decimal(80))
    assert (pain.is_responder_30, pain.is_responder_50, pain.band) == (True, True, None)
    assert (pain.day, pain.taken_on, pain.survey) == (40, dt.date(2025, 2, 10), None)
    grip = score(clinic, "K1-1", "grip", "week 6")
    assert (grip.is_responder_30, grip.is_responder_50) == (True, True)
    peg = score(clinic, "K2-1", "peg", "month 3")
    assert (peg.is_responder_30, peg.band) == (False, 1)
    assert score(clinic, "K2-1", "vas", "baseline").value == Decimal("0.06666666666666667")


@pytest.mark.parametrize("place", [("K1-1", "vas", "baseline"), ("K3-1", "vas", "month 3")])
def test_baseline_itself_and_scores_without_one_are_not_judged(clinic, folder, place):
    run(clinic, folder)
    found = score(clinic, *place)
    assert (found.baseline, found.is_responder_30, found.is_responder_50, found.band) == (None, None, None, None)


def test_score_from_before_the_baseline_is_no_change(clinic, tmp_path):
    screening = SCORES + "K1-1,vas,screening,-20,90\n"
    run(clinic, write_history(tmp_path / "h", scores=screening))
    assert score(clinic, "K1-1", "vas", "screening").baseline is None


def test_tallies_count_what_was_imported(clinic, folder):
    run(clinic, folder)
    cell = OutcomeTally.objects.get(clinic=clinic, instrument="vas", timepoint="week 6")
    assert (cell.n, cell.n_pairs, cell.sum_value) == (1, 1, Decimal("33.3333333333333333"))


def test_treatment_of_a_known_name_joins_the_clinics_own(clinic, folder):
    run(clinic, folder)
    own = TreatmentType.objects.get(clinic=clinic, code="prp")
    assert Course.objects.get(external_ref="K1-1").treatment_type == own
    other = Course.objects.get(external_ref="K2-1").treatment_type
    assert (other.label, other.modality, other.is_imported) == ("saline injection", "other", True)


@pytest.mark.parametrize(
    ("word", "code"),
    [("prp", "prp"), ("Platelet-Rich Plasma", "prp"), ("BMAC", "cell"), ("Exosomes", "exosome"), ("Stem cell", "cell")],
)
def test_common_names_of_a_modality(clinic, tmp_path, word, code):
    run(clinic, write_history(tmp_path / "h", **with_cell("episodes", "K1,PRP", f"K1,{word}")))
    assert Course.objects.get(external_ref="K1-1").treatment_type.code == code


@pytest.mark.parametrize("word", ["PRP, three doses", "PRP or saline", "sham PRP", "富血小板血浆"])
def test_longer_names_stay_arms_of_their_own(clinic, tmp_path, word):
    run(clinic, write_history(tmp_path / "h", **with_cell("episodes", "K1,PRP", f'K1,"{word}"')))
    kind = Course.objects.get(external_ref="K1-1").treatment_type
    assert (kind.label, kind.modality, kind.is_imported) == (word, "other", True)


def test_treatments_that_read_alike_stay_apart(clinic, tmp_path):
    alike = EPISODES.replace("PRP", "A+B").replace("K2,saline injection", "K2,A-B")
    run(clinic, write_history(tmp_path / "h", episodes=alike))
    assert TreatmentType.objects.filter(clinic=clinic, label__in=["A+B", "A-B"]).values("code").distinct().count() == 2


def test_unknown_instruments_are_described_and_known_ones_left_alone(clinic, folder):
    run(clinic, folder)
    rows = ImportedInstrument.objects.filter(clinic=clinic).values_list("code", "label", "minimum", "maximum")
    assert list(rows) == [
        ("grip", "Grip strength", Decimal(-1), Decimal("60.5")),
        ("vas", "Pain, 0-100", Decimal(0), Decimal(100)),
    ]


def rows_of(clinic):
    return [
        list(model.objects.filter(clinic=clinic).order_by("pk").values())
        for model in (Patient, Course, TreatmentType, ImportedInstrument, Score, Outcome, OutcomeTally)
    ]


def test_same_folder_again_changes_nothing_in_any_order(clinic, folder, tmp_path):
    run(clinic, folder)
    before = rows_of(clinic)
    for seed in range(3):
        again = tmp_path / str(seed)
        again.mkdir()
        write_shuffled(folder, again, seed)
        done = run(clinic, again)
        assert (done.n_new, done.n_unchanged) == (0, 16)
        assert rows_of(clinic) == before


def test_longer_folder_adds_only_what_is_new(clinic, folder, tmp_path):
    run(clinic, folder)
    done = run(clinic, write_history(tmp_path / "longer", scores=SCORES + "K1-1,vas,month 12,365,8\n"))
    assert (done.n_new, done.n_unchanged) == (1, 16)
    assert score(clinic, "K1-1", "vas", "month 12").baseline == 80


def test_later_rows_alone_find_the_baseline_imported_before(clinic, folder, tmp_path):
    run(clinic, folder)
    header = SCORES.partition("\n")[0]
    run(clinic, write_history(tmp_path / "later", scores=f"{header}\nK1-1,vas,month 12,365,8\n"))
    assert score(clinic, "K1-1", "vas", "month 12").baseline == 80


def test_baseline_that_comes_later_is_put_beside_the_scores_already_there(clinic, folder, tmp_path):
    run(clinic, folder)
    run(clinic, write_history(tmp_path / "longer", scores=SCORES + "K3-1,vas,baseline,0,48\n"))
    found = score(clinic, "K3-1", "vas", "month 3")
    assert (found.baseline, found.is_responder_50) == (48, True)
    cells = OutcomeTally.objects.filter(clinic=clinic, instrument="vas", timepoint="month 3")
    assert sum(cell.n_pairs for cell in cells) == 1


def test_same_references_at_two_clinics_are_two_histories(clinic, other_clinic, folder):
    run(clinic, folder)
    assert run(other_clinic, folder).n_new == 16
    assert Patient.objects.filter(chart_number="K1").count() == 2


@pytest.mark.parametrize(
    ("file", "old", "new", "column", "there"),
    [
        ("patients", "F,61", "F,62", "age", "'61'"),
        ("patients", "F,61", "M,61", "sex", "'F'"),
        ("patients", "knee osteoarthritis", "gout", "condition", "'knee osteoarthritis'"),
        ("episodes", "K1,PRP", "K1,saline injection", "treatment", "'PRP'"),
        ("episodes", "-30", "-31", "baseline_ref_day", "'2024-12-02'"),
        ("episodes", "K3-1,K3", "K3-1,K1", "patient_ref", "'K3'"),
        ("instruments", "60.5", "60", "maximum", "'60.5'"),
        ("instruments", "60.5,yes", "60.5,no", "higher_is_better", "'yes'"),
        ("scores", "91,12", "91,13", "score", "'12'"),
        ("scores", "91,12", "92,12", "day_offset", "'91'"),
    ],
)
def test_changed_values_are_refused_and_both_named(clinic, folder, tmp_path, file, old, new, column, there):
    run(clinic, folder)
    before = rows_of(clinic)
    changed = write_history(tmp_path / "changed", **with_cell(file, old, new))
    (problem,) = [one for one in plan(clinic, changed).problems if one.column == column]
    assert f"contradicts what is already here: {there}" in problem.reason
    with pytest.raises(HistoryRefused):
        run(clinic, changed)
    assert rows_of(clinic) == before


def test_other_index_date_contradicts_the_first(clinic, folder):
    run(clinic, folder)
    assert {one.column for one in plan(clinic, folder, dt.date(2024, 1, 1)).problems} == {"baseline_ref_day"}


def test_description_that_contradicts_a_built_in_instrument_is_refused(clinic, tmp_path):
    extra = (
        "instrument,label,minimum,maximum,higher_is_better\nvas,Pain,0,100,no\ngrip,Grip,-1,60.5,yes\npeg,PEG,0,30,no\n"
    )
    (problem,) = plan(clinic, write_history(tmp_path / "h", instruments=extra)).problems
    assert (problem.row, problem.column, problem.value) == (4, "maximum", "30")


def test_chart_number_of_a_registered_patient_is_not_taken_over(clinic, clinician, folder):
    register_patient(clinic=clinic, by=clinician, at=NOON, chart_number="K1", family_name="Okoye")
    problem = plan(clinic, folder).problems[0]
    assert (problem.column, problem.value) == ("patient_ref", "K1")
    assert "a patient registered here" in problem.reason


def test_one_problem_and_nothing_at_all_is_imported(clinic, tmp_path):
    with pytest.raises(HistoryRefused):
        run(clinic, write_history(tmp_path / "h", **with_cell("scores", "40,30", "40,x")))
    assert not Patient.objects.filter(clinic=clinic).exists()
    assert not ImportedInstrument.objects.filter(clinic=clinic).exists()


def test_failure_in_the_middle_leaves_nothing(clinic, folder):
    def fail(line):
        if line.startswith("scores"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(clinic, folder, tell=fail)
    assert not Patient.objects.filter(clinic=clinic).exists()
    assert not OutcomeTally.objects.filter(clinic=clinic).exists()


def test_only_a_manager_of_the_clinic_may_import(clinic, front_desk, stranger, folder):
    for person in (front_desk, stranger):
        with pytest.raises(PermissionDenied):
            run(clinic, folder, by=person)
    assert not Patient.objects.filter(clinic=clinic).exists()


def test_report_says_what_would_happen(clinic, folder):
    lines = list(report_lines(plan(clinic, folder)))
    assert "in all       16 new, 0 unchanged" in lines
    assert "treatment 'PRP': counted as 'PRP'" in lines
    assert "treatment 'saline injection': new, marked as imported" in lines
    assert not Patient.objects.filter(clinic=clinic).exists()


def test_report_is_short_however_many_problems_there_are(clinic, tmp_path):
    many = SCORES + "".join(f"X{row},vas,baseline,0,1\n" for row in range(500))
    lines = list(report_lines(plan(clinic, write_history(tmp_path / "h", scores=many))))
    assert "problem: scores.csv row 11, episode_ref: 'X0' is not in episodes.csv" in lines
    assert "problem: … and 490 more like this" in lines
    assert len(lines) < 30


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_do_not_double(clinic, folder):
    histories = [read(clinic, folder), read(clinic, folder)]
    barrier, done = threading.Barrier(2), []

    def one(history):
        barrier.wait()
        try:
            done.append(
                import_history(
                    clinic=clinic, history=history, index_date=DAY_0, by=None, at=NOON, tell=lambda line: None
                ).n_new
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[history]) for history in histories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 16]
    assert Patient.objects.filter(clinic=clinic).count() == 3
    assert Score.objects.filter(clinic=clinic).count() == 8


@pytest.mark.django_db(transaction=True)
def test_import_that_waits_too_long_says_why(clinic, folder):
    history = read(clinic, folder)
    is_held, may_end = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
            is_held.set()
            may_end.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert is_held.wait(10)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(HistoryRefused, match="Another import into this clinic is running"):
            import_history(clinic=clinic, history=history, index_date=DAY_0, by=None, at=NOON, tell=lambda line: None)
    finally:
        may_end.set()
        holder.join()
        connection.close()
    assert not Patient.objects.filter(clinic=clinic).exists()
