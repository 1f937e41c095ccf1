"""A worker that dies in the middle of an import leaves nobody behind, and another one brings all (F-04)."""

import datetime as dt

from django.utils import timezone

from clinic.models import Job
from clinic.permissions import Role
from patients.actions import upload_patients
from patients.import_jobs import ask_for_check, ask_for_import
from patients.models import ImportedPatient, Patient, PatientImport
from tests.conftest import member
from tests.faults.servers import eventually
from tests.faults.test_workers import DIED


def test_killed_in_the_middle_of_an_import_it_leaves_nobody_and_another_worker_brings_all(stack):
    manager = member(stack.clinic, Role.MANAGER, "Ines Ferreira")
    text = "MRN,Last Name\n" + "".join(f"{n},Okoye {n}\n" for n in range(700))
    given = {"name": "a.csv", "encoding": "", "delimiter": "", "at": timezone.now(), "by": manager}
    one = upload_patients(clinic=stack.clinic, content=text.encode(), **given)
    ask_for_check(patient_import=one, at=timezone.now(), by=manager)
    stack.start(stack.worker, stack.beat)
    assert eventually(lambda: PatientImport.objects.get().counts)
    stack.leave_alone(stack.worker)
    ask_for_import(
        patient_import=PatientImport.objects.get(),
        takes_changes=False,
        takes_alike=False,
        at=timezone.now(),
        by=manager,
    )
    stack.worker.start(CRASH_POINT="before_import_is_done")
    assert eventually(lambda: DIED in stack.worker.said())
    stack.worker.kill()
    assert not Patient.objects.exists() and not ImportedPatient.objects.exists()
    job = Job.objects.get(kind="patients-import")
    assert (job.state, PatientImport.objects.get().done_at) == ("running", None)
    Job.objects.update(alive_at=job.alive_at - Job.LOST_AFTER - dt.timedelta(seconds=1))
    stack.start(stack.other_worker)
    assert eventually(lambda: Job.objects.get(kind="patients-import").state == "done")
    assert Patient.objects.count() == ImportedPatient.objects.count() == 700
