"""Bringing patients from a file, through pages and the worker: checked first, all or nothing, and undone for a day."""

import csv
import datetime as dt
import io

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from clinic.models import Job
from clinic.permissions import Role
from outcomes import tasks
from patients import actions, import_jobs
from patients.actions.importing import ImportRefused
from patients.import_jobs import ask_for_check, ask_for_import, ask_for_undo, work_on_next_import
from patients.models import Consent, ImportedPatient, Patient, PatientImport
from tests.conftest import member
from tests.days import NOON
from tests.patients.test_merging import merge, twin_of

DAY = dt.timedelta(days=1)
LIST = "/setup/import/"
FILE = """MRN,Last Name,First Name,DOB,Gender,Email,Cell Phone,Language,Consent Date
00101,Brandt,Otto,11/19/1949,M,otto@example.org,512-555-0110,English,01/15/2026
00102,Núñez,María,02/28/1961,F,maria@example.org,(512) 555-0111,Español,
00103,Okoye,Ada,12/31/1970,F,,,English,
"""


@pytest.fixture
def desk(client, manager):
    client.force_login(manager)
    return client


def upload(client, text=FILE, **more):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(LIST, {"file": SimpleUploadedFile("patients.csv", content), **more})


def said(client, one, columns=None, **values):
    """The two pages that say what is in the file, with what they propose; the answer of the second."""
    form = client.get(reverse("patient-import-columns", args=[one.public_id])).context["form"]
    proposed = {name: field.initial for name, field in form.fields.items()}
    client.post(reverse("patient-import-columns", args=[one.public_id]), {**proposed, **(columns or {})})
    address = reverse("patient-import-values", args=[one.public_id])
    form = client.get(address).context["form"]
    return client.post(address, {name: field.initial or "" for name, field in form.fields.items()} | values)


def checked(client, text=FILE, columns=None, **values) -> PatientImport:
    """A file that was uploaded, said and checked."""
    uploaded = upload(client, text)
    assert uploaded.status_code == 302, uploaded.context["form"].errors
    one = PatientImport.objects.first()
    answer = said(client, one, columns, **values)
    assert answer.status_code == 302, answer.context["form"].errors
    tasks.work_out_reports()
    one.refresh_from_db()
    return one


def imported(client, text=FILE, **choices) -> PatientImport:
    one = checked(client, text)
    client.post(reverse("patient-import", args=[one.public_id]), choices)
    tasks.work_out_reports()
    one.refresh_from_db()
    return one


def undone(client, one) -> PatientImport:
    client.post(reverse("patient-import-undo", args=[one.public_id]))
    tasks.work_out_reports()
    return PatientImport.objects.get(pk=one.pk)


def problems(one):
    return [(found.row, found.column, found.words) for found in actions.findings_of(one) if found.kind == "problem"]


def test_from_the_file_to_the_patients(desk, clinic, manager):
    answer = upload(desk)
    one = PatientImport.objects.get()
    assert answer.url == reverse("patient-import-columns", args=[one.public_id])
    page = desk.get(answer.url).text
    assert "3 rows, read as UTF-8 with a comma between columns" in page and "Like 00101, 00102, 00103." in page
    assert said(desk, one).url == reverse("patient-import", args=[one.public_id])
    waiting = desk.get(reverse("patient-import", args=[one.public_id])).text
    assert (
        "waiting for a worker" in waiting and 'hx-trigger="every 2s"' in waiting and 'http-equiv="refresh"' in waiting
    )
    tasks.work_out_reports()
    page = desk.get(reverse("patient-import", args=[one.public_id]))
    assert not Patient.objects.exists() and page.context["one"].counts["new"] == 3
    assert desk.post(reverse("patient-import", args=[one.public_id])).status_code == 302
    tasks.work_out_reports()
    assert "Registered" in desk.get(reverse("patient-import", args=[one.public_id])).text
    otto, maria = Patient.objects.get(chart_number="00101"), Patient.objects.get(chart_number="00102")
    assert (otto.family_name, otto.born_on, otto.sex, otto.phone) == (
        "Brandt",
        dt.date(1949, 11, 19),
        "M",
        "512-555-0110",
    )
    assert (maria.language, maria.email, maria.consented_at) == ("es", "maria@example.org", None)
    assert otto.registered_by == otto.consented_by == manager
    signed = Consent.objects.get()
    assert (signed.patient, signed.way, signed.signed_name) == (otto, "paper", "Otto Brandt")
    assert signed.signed_at.astimezone(NOON.tzinfo).date() == dt.date(2026, 1, 15)


def test_the_same_file_again_changes_nothing(desk):
    imported(desk)
    before = list(Patient.objects.values())
    again = checked(desk)
    assert again.counts == {
        **dict.fromkeys(["new", "alike", "changed", "problems", "rows_with_problems", "consents"], 0),
        "unchanged": 3,
    }
    page = desk.get(reverse("patient-import", args=[again.public_id])).text
    assert "There is nothing to import" in page and "Import now" not in page
    assert desk.post(reverse("patient-import", args=[again.public_id])).status_code == 422
    tasks.work_out_reports()
    assert list(Patient.objects.values()) == before


def test_who_is_here_with_other_details_stays_unless_the_file_counts(desk, patient):
    text = "MRN,Last Name,First Name,DOB,Email,Phone\n00417,Álvarez,Ruth,1958-03-03,new@example.org,\n"
    one = checked(desk, text)
    assert one.counts["changed"] == 1
    [found] = actions.findings_of(one)
    assert (found.row, found.column, found.value, found.words) == (
        2,
        "Email",
        "new@example.org",
        "Is ruth@example.org here.",
    )
    assert desk.post(reverse("patient-import", args=[one.public_id]), {"changes": "leave"}).status_code == 422
    desk.post(reverse("patient-import", args=[one.public_id]), {"changes": "take"})
    tasks.work_out_reports()
    patient.refresh_from_db()
    assert (patient.email, patient.phone) == ("new@example.org", "512-555-0101"), "an empty cell says nothing"
    undone(desk, one)
    patient.refresh_from_db()
    assert patient.email == "ruth@example.org"


def test_a_withdrawal_is_never_overturned_by_a_file(desk, patient, clinician):
    actions.withdraw_consent(patient=patient, by=clinician, at=NOON)
    one = checked(desk, "MRN,Last Name,First Name,Consent\n00417,Álvarez,Ruth,2026-02-27\n")
    assert one.counts["unchanged"] == 1


def test_who_looks_like_somebody_is_left_out_unless_said(desk, patient):
    text = "MRN,Last Name,First Name,DOB\n9,ALVAREZ,ruth,03/03/58\n10,Alvarez,Ruth,04/13/1958\n11,Brandt,Otto,\n12,Brandt,Otto,\n"
    one = imported(desk, text, alike="leave")
    assert (one.counts["new"], one.counts["alike"], one.done) == (2, 2, {"registered": 2, "changed": 0})
    alike = [found.words for found in actions.findings_of(one)]
    assert alike == [
        "Same name and no other date of birth: chart 00417.",
        "Same name and no other date of birth: row 4.",
    ]
    assert imported(desk, text, alike="take").done == {"registered": 2, "changed": 0}
    assert Patient.objects.count() == 5


def test_every_problem_is_said_with_its_row_and_nothing_is_saved(desk):
    text = (
        "MRN,Last Name,First Name,DOB,Gender,Email,Cell,Consent\n"
        "1,Good,Person,1958-04-03,F,a@example.org,512-555-0101,\n"
        '1,"Twice\n over",,,,,,\n'
        ",Nochart,,,,,,\n"
        "3,,,,,,,\n"
        "4,=HYPERLINK(1),,,,,,\n"
        '"=""0042""",Zeros,Kept,１９５８-04-03,,,５１２-555-0102,\n'
        "1.23E+05,Short,,,,,,\n"
        "7,Mail,,,,not-mail,,\n"
        "8,Phone,,,,,12,\n"
        "9,Future,,2999-01-01,,,,2999-01-01\n"
        "10,Old,,1850-01-01,,,,\n"
        "11,Ragged\n"
        "12,Turn\u202eed,,,,,,\n"
        "13,Lost\ufffd,,,,,,\n"
        f"14,{'x' * 81},,,,,,\n"
    )
    one = checked(desk, text)
    found = problems(one)
    assert [row for row, _column, _words in found] == [3, 4, 5, 6, 8, 9, 10, 11, 11, 12, 13, 14, 15, 16]
    words = " ".join(words for _row, _column, words in found)
    for part in (
        "Row 2 has the same chart",
        "like a formula",
        "has shortened",
        "2 cells, the first row 8",
        "hidden sign",
    ):
        assert part in words
    assert found[1][1:] == ("MRN", "Chart number is missing.")
    page = desk.get(reverse("patient-import", args=[one.public_id])).text
    assert "Nothing can be imported while there are problems" in page and "Import now" not in page
    assert desk.post(reverse("patient-import", args=[one.public_id])).status_code == 422
    assert not Patient.objects.exists()
    lines = b"".join(desk.get(reverse("patient-import-findings", args=[one.public_id])).streaming_content).decode(
        "utf-8-sig"
    )
    assert next(row for row in csv.reader(io.StringIO(lines)) if row[1] == "6")[:3] == ["Problem", "6", "Last Name"]
    assert "'=HYPERLINK(1)" in lines and "\n=HYPERLINK" not in lines


def test_a_record_that_was_merged_is_named_by_the_one_that_is_kept(desk, clinic, patient, manager):
    twin = twin_of(clinic, manager, chart_number="00101")
    merge(patient, twin, manager)
    one = checked(desk)
    assert problems(one) == [(2, "MRN", "This record was merged into chart no. 00417. Use that number.")]


def test_numbers_that_are_no_days_yet_are_asked_for(desk):
    text = "MRN,Last Name,DOB,Consent\n1,Brandt,03/04/58,25/02/2026\n"
    upload(desk, text)
    one = PatientImport.objects.get()
    answer = said(desk, one)
    assert answer.status_code == 422 and "say which number is the month" in answer.text
    assert "Month first: 03/04/58 is March 4, 1958" in answer.text
    said(desk, one, born_on="dmy")
    tasks.work_out_reports()
    desk.post(reverse("patient-import", args=[one.public_id]))
    tasks.work_out_reports()
    assert Patient.objects.get().born_on == dt.date(1958, 4, 3)


def test_what_is_said_of_columns_and_values_must_fit(desk):
    upload(desk, "MRN,Last Name,Sex,Note\n" + "".join(f"{n},Name {n},x{n},w\n" for n in range(30)))
    one = PatientImport.objects.get()
    address = reverse("patient-import-columns", args=[one.public_id])
    page = desk.post(address, {"chart_number": "0", "family_name": "0", "sex": "2"})
    assert page.status_code == 422
    assert "30 different values" in page.text and "same column as Chart number" in page.text
    assert desk.post(address, {"family_name": "1"}).status_code == 422
    assert desk.post(address, {"chart_number": "0", "family_name": "99"}).status_code == 422
    assert desk.post(address, {"chart_number": "0", "family_name": "1", "sex": "3"}).status_code == 302
    values = reverse("patient-import-values", args=[one.public_id])
    assert desk.post(values, {}).status_code == 422
    assert desk.post(values, {"sex-0": "-"}).status_code == 302
    tasks.work_out_reports()
    assert PatientImport.objects.get().counts["new"] == 30


def test_a_whole_name_is_parted_and_another_file_like_it_is_known(desk):
    one = checked(desk, 'Patient ID,Patient Name,Extra\n1,"Brandt, Otto",x\n2,Nobody,y\n')
    assert problems(one) == [(3, "Patient Name", "There is no comma between the family name and the given name.")]
    upload(desk, 'Patient ID,Patient Name,Extra\n1,"Brandt, Otto",x\n')
    assert PatientImport.objects.first().columns == one.columns


def test_a_plan_that_no_longer_fits_is_not_carried_out(desk, clinic, clinician):
    one = checked(desk)
    desk.post(reverse("patient-import", args=[one.public_id]))
    actions.register_patient(clinic=clinic, by=clinician, at=NOON, chart_number="00103", family_name="Okoye")
    tasks.work_out_reports()
    page = desk.get(reverse("patient-import", args=[one.public_id])).text
    assert "Patients were changed here since the file was checked" in page and "Nothing was saved" in page
    assert Patient.objects.count() == 1 and Job.objects.get(kind="patients-import").state == "failed"
    said(desk, one)
    tasks.work_out_reports()
    assert PatientImport.objects.get().counts["changed"] == 1


def test_nobody_is_registered_when_one_cannot_be(desk, monkeypatch):
    one = checked(desk)
    desk.post(reverse("patient-import", args=[one.public_id]))
    monkeypatch.setattr(import_jobs, "crash_point", lambda _name: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.work_out_reports()
    assert not Patient.objects.exists() and not ImportedPatient.objects.exists()
    job = Job.objects.get(kind="patients-import")
    assert job.state == "running"
    Job.objects.update(alive_at=timezone.now() - dt.timedelta(minutes=2))
    assert "has given no sign of life" in desk.get(reverse("patient-import", args=[one.public_id])).text
    monkeypatch.undo()
    assert work_on_next_import(clock=lambda: timezone.now() + Job.LOST_AFTER)
    assert Patient.objects.count() == 3


def test_a_check_that_takes_too_long_says_so(desk, monkeypatch):
    upload(desk)
    said(desk, PatientImport.objects.get())
    times = iter(NOON + dt.timedelta(seconds=40 * n) for n in range(100))
    assert work_on_next_import(clock=lambda: next(times))
    assert "longer than a minute" in Job.objects.get().problem


def test_undoing_takes_out_whom_nobody_touched(desk, manager, clinician):
    one = imported(desk)
    actions.update_patient(patient=Patient.objects.get(chart_number="00102"), by=clinician, phone="512-555-0199")
    actions.ask_for_consent(
        patient=Patient.objects.get(chart_number="00103"),
        kinds=["contact"],
        way="link",
        at=timezone.now(),
        by=clinician,
    )
    page = desk.get(reverse("patient-import-undo", args=[one.public_id])).text
    assert "Details or consent were changed since" in page and "A consent request was recorded since" in page
    one = undone(desk, one)
    assert one.undone == {"removed": 1, "restored": 0, "stayed": 2} and one.undone_by == manager
    assert sorted(Patient.objects.values_list("chart_number", flat=True)) == ["00102", "00103"]
    assert not Consent.objects.exists()
    history = apps.get_model("patients", "PatientHistory").objects.filter(chart_number="00101").order_by("pgh_id")
    assert [event.pgh_label for event in history] == ["insert", "delete"]
    assert {event.pgh_context["user"] for event in history} == {manager.pk}
    assert "Registered by it and taken out again" in desk.get(reverse("patient-import", args=[one.public_id])).text
    assert desk.post(reverse("patient-import-undo", args=[one.public_id])).url.endswith(f"{one.public_id}/")
    assert Job.objects.filter(kind="patients-undo").count() == 1


def test_undoing_is_for_a_day_and_the_file_too(desk, manager):
    one = imported(desk)
    later = one.done_at + DAY
    with pytest.raises(ImportRefused, match="24 hours"):
        ask_for_undo(patient_import=one, at=later, by=manager)
    assert actions.forget_imports(at=later - dt.timedelta(seconds=1)) == 0
    assert actions.forget_imports(at=later + dt.timedelta(seconds=1)) == 1
    assert not ImportedPatient.objects.exists() and Patient.objects.count() == 3
    one.refresh_from_db()
    assert not one.is_kept and actions.findings_of(one) == []
    with pytest.raises(ImportRefused, match="no longer kept"):
        actions.sheet_of(one)
    assert "Imported" in desk.get(reverse("patient-import", args=[one.public_id])).text
    assert desk.get(reverse("patient-import-columns", args=[one.public_id])).status_code == 302


def test_only_managers_bring_patients(client, desk, clinic, front_desk, other_clinic, manager):
    one = checked(desk)
    elsewhere = member(other_clinic, Role.MANAGER, "Vera Lindqvist")
    for person, status in ((front_desk, 403), (elsewhere, 200)):
        client.force_login(person)
        assert client.get(LIST).status_code == status
        for name in ("patient-import", "patient-import-columns", "patient-import-findings", "patient-import-undo"):
            assert client.get(reverse(name, args=[one.public_id])).status_code == 404
    job = reverse("job", args=[Job.objects.get().public_id])
    assert client.get(job).status_code == 404
    client.force_login(front_desk)
    assert "shown to managers" in client.get(job).text and one.name not in client.get(job).text
    for act in (
        lambda: actions.say_columns(patient_import=one, columns={}, by=front_desk),
        lambda: ask_for_check(patient_import=one, at=NOON, by=front_desk),
        lambda: ask_for_import(patient_import=one, takes_changes=True, takes_alike=True, at=NOON, by=elsewhere),
        lambda: ask_for_undo(patient_import=one, at=NOON, by=front_desk),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_whoever_lost_the_right_meanwhile_imports_nothing(desk, manager):
    one = checked(desk)
    desk.post(reverse("patient-import", args=[one.public_id]))
    manager.memberships.update(role="front_desk")
    tasks.work_out_reports()
    assert "no longer" in Job.objects.get(kind="patients-import").problem and not Patient.objects.exists()


def test_pages_of_uploads_refuse_what_is_no_file(desk):
    assert desk.post(LIST, {}).status_code == 422
    answer = upload(desk, b"MRN,Name\n" + b"x" * 10_000_000)
    assert answer.status_code == 422 and "larger than 5 MB" in answer.text
    assert upload(desk, b"PK\x03\x04").status_code == 422
    assert upload(desk, FILE, encoding="latin-9").status_code == 422
    assert upload(desk, FILE.replace(",", "\t"), delimiter="tab").status_code == 302
    assert PatientImport.objects.get().delimiter == "\t"


def test_a_file_at_work_waits_for_its_worker(desk, manager):
    upload(desk)
    one = PatientImport.objects.get()
    said(desk, one)
    one.refresh_from_db()
    assert desk.get(reverse("patient-import-columns", args=[one.public_id])).status_code == 302
    with pytest.raises(ImportRefused, match="A worker is at this file"):
        actions.say_columns(patient_import=one, columns={}, by=manager)
    jobs = desk.get(reverse("jobs")).text
    assert "Check of a file with patients" in jobs
    assert desk.get(reverse("job", args=[one.check_job.public_id])).url == reverse(
        "patient-import", args=[one.public_id]
    )
