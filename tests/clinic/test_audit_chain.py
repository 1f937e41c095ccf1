"""The chain over the audit trail (AUD-4, AUD-5, F-61): every way of tampering is named, and nothing sound is."""

import datetime as dt
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from clinic import anchors, database
from clinic.actions import erase_history, seal_audit
from clinic.models import AuditMark, AuditSeal, ChainHead
from clinic.verifying import verify
from patients.models import Patient
from tests.conftest import NOON
from tests.layers import layer

pytestmark = pytest.mark.django_db(transaction=True)
HISTORY = "patients_patienthistory"


@layer
def sealed(patient) -> Patient:
    """Ruth, whose e-mail address was changed three times, all of it sealed."""
    for n in range(3):
        Patient.objects.filter(pk=patient.pk).update(email=f"ruth{n}@example.org")
    assert seal_audit(at=timezone.now()) > 3
    assert seal_audit(at=timezone.now()) == 0
    assert findings() == []
    return patient


def findings(*kept: anchors.Anchor) -> list[str]:
    return [str(finding) for finding in verify(kept)]


def tamper(*statements: str) -> None:
    """As the owner of the tables, with the triggers off that hold even the owner."""
    with database.as_owner(connection), transaction.atomic(), connection.cursor() as cursor:
        for table in (HISTORY, "clinic_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER only_added_to")
        for statement in statements:
            cursor.execute(statement)
        for table in (HISTORY, "clinic_auditseal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER only_added_to")


def seals_of(patient: Patient) -> list[AuditSeal]:
    return list(AuditSeal.objects.filter(source=HISTORY, patient_id=patient.pk).order_by("number"))


def test_every_row_of_history_is_sealed_in_its_clinic_s_chain(sealed, clinic):
    seals = AuditSeal.objects.filter(clinic=clinic).order_by("number")
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    assert bytes(ChainHead.objects.get(clinic=clinic).digest) == bytes(seals[len(seals) - 1].digest)
    assert {seal.patient_id for seal in seals_of(sealed)} == {sealed.pk}
    # People are of no clinic: their history has a chain of its own.
    assert set(AuditSeal.objects.filter(clinic=None).values_list("source", flat=True)) == {"clinic_userhistory"}


def test_an_edit_is_named(sealed):
    seal = seals_of(sealed)[1]
    tamper(f"UPDATE {HISTORY} SET sex = 'X' WHERE pgh_id = {seal.event_id}")
    assert findings() == [f"clinic {seal.clinic_id}, entry {seal.number}: row {seal.event_id} of {HISTORY} was changed"]


def test_an_edit_of_what_is_personal_is_named(sealed):
    seal = seals_of(sealed)[1]
    tamper(f"UPDATE {HISTORY} SET email = 'other@example.org' WHERE pgh_id = {seal.event_id}")
    [found] = findings()
    assert found.endswith(f"row {seal.event_id} of {HISTORY} was changed in what is personal")


def test_blanking_without_an_erasure_is_named(sealed):
    seal = seals_of(sealed)[1]
    blank = "chart_number=NULL, given_name=NULL, family_name=NULL, born_on=NULL, email=NULL, phone=NULL"
    tamper(f"UPDATE {HISTORY} SET {blank}, age_at_import=NULL, age_band=NULL WHERE pgh_id = {seal.event_id}")
    assert len(findings()) == 1


def test_a_deletion_is_named(sealed):
    seal = seals_of(sealed)[2]
    tamper(f"DELETE FROM {HISTORY} WHERE pgh_id = {seal.event_id}")
    assert findings() == [f"clinic {seal.clinic_id}, entry {seal.number}: row {seal.event_id} of {HISTORY} was deleted"]


def test_a_swap_of_two_rows_is_named(sealed):
    one, two = seals_of(sealed)[1:3]
    tamper(
        f"UPDATE {HISTORY} SET pgh_id = -1 WHERE pgh_id = {one.event_id}",
        f"UPDATE {HISTORY} SET pgh_id = {one.event_id} WHERE pgh_id = {two.event_id}",
        f"UPDATE {HISTORY} SET pgh_id = {two.event_id} WHERE pgh_id = -1",
    )
    assert findings()[0].startswith(f"clinic {one.clinic_id}, entry {one.number}: row {one.event_id}")


def test_a_link_taken_out_with_its_row_is_named(sealed):
    seal = seals_of(sealed)[1]
    tamper(
        f"DELETE FROM {HISTORY} WHERE pgh_id = {seal.event_id}", f"DELETE FROM clinic_auditseal WHERE id = {seal.pk}"
    )
    assert findings()[0] == (
        f"clinic {seal.clinic_id}, entry {seal.number + 1}: comes after entry {seal.number - 1}: what was between is missing"
    )


def test_links_in_another_order_are_named(sealed):
    one, two = seals_of(sealed)[1:3]
    tamper(
        f"UPDATE clinic_auditseal SET number = -1 WHERE id = {one.pk}",
        f"UPDATE clinic_auditseal SET number = {one.number} WHERE id = {two.pk}",
        f"UPDATE clinic_auditseal SET number = {two.number} WHERE id = {one.pk}",
    )
    assert findings()[0].startswith(f"clinic {one.clinic_id}, entry {one.number}: does not continue")


def test_a_link_that_says_something_else_is_named(sealed):
    seal = seals_of(sealed)[1]
    tamper(f"UPDATE clinic_auditseal SET user_id = 12345 WHERE id = {seal.pk}")
    assert findings() == [f"clinic {seal.clinic_id}, entry {seal.number}: its seal was changed"]


def test_a_row_slipped_in_where_sealing_has_passed_is_named(sealed):
    assert seal_audit(at=timezone.now() + dt.timedelta(days=1)) == 0
    mark = AuditMark.objects.get(source=HISTORY)
    tamper(
        f"INSERT INTO {HISTORY} (pgh_id, pgh_created_at, pgh_label, id, clinic_id) "
        f"VALUES (0, now() - interval '1 day', 'update', {sealed.pk}, {sealed.clinic_id})"
    )
    assert mark.event_id > 0
    AuditMark.objects.filter(pk=mark.pk).update(event_id=mark.event_id)
    assert findings() == [f"no clinic: row 0 of {HISTORY} was slipped in: sealing had already passed it"]


def test_a_tail_that_was_cut_is_named(sealed, clinic):
    head = ChainHead.objects.get(clinic=clinic)
    tamper(f"DELETE FROM clinic_auditseal WHERE clinic_id = {clinic.pk} AND number > {head.number - 2}")
    assert findings() == [
        f"clinic {clinic.pk}, entry {head.number - 1}: is missing: the chain was cut off before its end, entry {head.number}"
    ]


def test_a_tail_that_was_cut_together_with_the_head_is_named_by_an_anchor(sealed, clinic, tmp_path):
    """Somebody who can write everything here cannot write what was kept elsewhere."""
    head = ChainHead.objects.get(clinic=clinic)
    path = tmp_path / "anchors"
    anchors.write([one.line() for one in anchors.anchors(ChainHead.objects.all(), NOON)], path)
    assert findings(*anchors.read(path)) == []
    last = AuditSeal.objects.get(clinic=clinic, number=head.number - 2)
    gone = AuditSeal.objects.filter(clinic=clinic, number__gt=last.number)
    assert {seal.source for seal in gone} == {HISTORY}
    rows = [f"DELETE FROM {HISTORY} WHERE pgh_id = {seal.event_id}" for seal in gone]
    tamper(
        *rows,
        f"DELETE FROM clinic_auditseal WHERE clinic_id = {clinic.pk} AND number > {last.number}",
        f"UPDATE clinic_chainhead SET number = {last.number}, digest = '\\x{bytes(last.digest).hex()}' WHERE id = {head.pk}",
    )
    assert findings() == []
    [found] = findings(*anchors.read(path))
    assert found.startswith(f"clinic {clinic.pk}, entry {head.number}: is missing, and was there on 2026-03-02")
    with pytest.raises(CommandError, match="not as it was sealed"):
        call_command("verify_audit", anchors=path, stderr=StringIO())


def test_an_anchor_that_was_changed_is_refused(sealed, tmp_path):
    path = tmp_path / "anchors"
    line = anchors.anchors(ChainHead.objects.all(), NOON)[0].line()
    path.write_text(line.replace(" ", "  ", 1))
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("verify_audit", anchors=path)


def test_a_chain_without_its_head_is_named(sealed, clinic):
    tamper(f"DELETE FROM clinic_chainhead WHERE clinic_id = {clinic.pk}")
    assert findings() == [f"clinic {clinic.pk}, entry 1: begins a chain whose end is not known: its head was deleted"]


def test_the_command_says_that_all_is_well(sealed):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert f"{AuditSeal.objects.count():,} entries" in out.getvalue()


def test_an_erasure_takes_the_person_and_leaves_the_proof(sealed, clinic, manager):
    """What was personal is gone, what happened is still proven, and that it was erased is proven as well."""
    Patient.objects.filter(pk=sealed.pk).update(email="", phone="", given_name="–", family_name="–")
    erased = erase_history(clinic=clinic, patient_id=sealed.pk, reason="asked for in writing", by=manager)
    assert erased >= 4
    history = Patient.pgh_event_model.objects.filter(id=sealed.pk)
    assert {(event.email, event.family_name, event.born_on) for event in history} == {(None, None, None)}
    assert {event.sex for event in history} == {sealed.sex}
    # The erasure itself is sealed only now; before that the verifier would not believe it.
    assert findings() != []
    seal_audit(at=timezone.now())
    assert findings() == []
    assert AuditSeal.objects.get(kind="erased").patient_id == sealed.pk


def test_a_transaction_that_was_rolled_back_leaves_nothing_and_no_gap(sealed, clinic):
    before = AuditSeal.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE patients_patient SET phone = '512-555-0110'")
        cursor.execute("ROLLBACK")
    assert seal_audit(at=timezone.now()) == 0
    Patient.objects.filter(pk=sealed.pk).update(phone="512-555-0111")
    assert seal_audit(at=timezone.now()) == 1
    assert (AuditSeal.objects.count(), findings()) == (before + 1, [])


def write_and_seal(patients: list[int], times: int, sealing: bool) -> None:
    """One worker: changes of its own patient, or sealing all the while."""
    try:
        for n in range(times):
            if sealing:
                seal_audit(at=timezone.now())
            else:
                Patient.objects.filter(pk__in=patients).update(phone=f"512-555-{n:04}")
    finally:
        connections.close_all()


@pytest.mark.parametrize("times", [25, pytest.param(1000, marks=pytest.mark.slow)])
def test_many_at_once_raise_no_false_alarm(sealed, times):
    """AUD-5: eight writers and two who seal, at the same time; every row once, no fork, no false alarm."""
    keys = [sealed.pk]
    for n in range(7):
        copy = Patient.objects.get(pk=sealed.pk)
        copy.pk, copy.public_id, copy.chart_number = None, f"11111111-2222-3333-4444-{n:012}", f"9{n}"
        copy.save(force_insert=True)
        keys.append(copy.pk)
    writers = [threading.Thread(target=write_and_seal, args=([key], times, False)) for key in keys]
    sealers = [threading.Thread(target=write_and_seal, args=([], 12, True)) for _ in range(2)]
    for thread in [*writers, *sealers]:
        thread.start()
    for thread in [*writers, *sealers]:
        thread.join()
    seal_audit(at=timezone.now())
    history = Patient.pgh_event_model.objects.filter(id__in=keys, pgh_context__isnull=True)
    assert AuditSeal.objects.filter(source=HISTORY).count() == Patient.pgh_event_model.objects.count()
    assert history.count() >= 8 * times
    assert findings() == []
