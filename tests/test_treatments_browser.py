"""What a clinician records in a real browser: the worked PRP examples, marrow, fat, vesicles; then a lot is recalled."""

import datetime as dt

import pytest
from django.utils import timezone

from patients.models import Patient
from tests.signing_in import walk_in
from tests.test_browser import assert_sound, chromium, new_page, vials
from treatments import actions
from treatments.models import Course, Protocol

__all__ = ["chromium", "new_page"]

pytestmark = pytest.mark.django_db(transaction=True)
KNEE = {"guidance": "ultrasound"}
# Blood mL, platelets and white cells; PRP mL made and injected, platelets, white and red cells; activation: what follows.
WORKED = {
    "1": ((60, 250, "6.0", 6, 1500, "20", "1.00", "none"), ("9.00", "60.0", "6.00", "59.5", "P4-Aα", "A·C·C·no", "1A")),
    "2": (
        (30, 220, "6.5", 4, 620, "1.2", "0.05", "calcium_chloride"),
        ("2.48", "37.6", "2.82", "92.4", "P2-x-Bβ", "C·C·A·yes", "4B"),
    ),
    "3": ((15, 240, "5.5", 5, 400, "0.2", "0.02", "none"), ("2.00", "55.6", "1.67", "95.2", "P2-Bβ", "C·C·A·no", "3B")),
    "4": (
        (120, 230, "6.0", 8, 1800, "30", "0.90", "none"),
        ("14.40", "52.2", "7.83", "65.9", "P4-Aα", "A·C·C·no", "1A"),
    ),
}
CELLS = {
    "bmac": {"final_volume_ml": 6, "nucleated_cells": 420, "viability_percent": "96.5", "cfu_f_per_ml": 1200},
    "svf": {"final_volume_ml": 6, "nucleated_cells": 60, "viability_percent": 85, "cells_injected": 50},
}
VESICLES = {
    "source_tissue": "Umbilical cord MSC culture",
    "particles_per_ml": 50,
    "vial_volume_ml": 6,
    "volume_ml": 6,
    "protein_ug": 200,
    "median_size_nm": 120,
    "ind_number": "IND 00000",
}


@pytest.fixture
def sizes() -> list[str]:
    """Sessions are written at a desk; the phone has tests of its own."""
    return ["desktop"]


def knee_course(patient: Patient, modality: str, by) -> Course:
    protocol = Protocol.objects.get(
        clinic=patient.clinic, name__endswith="standard follow-up", treatment_type__code=modality
    )
    return actions.open_course(
        patient=patient,
        protocol=protocol,
        icd10_code="M17.11",
        complaint="Osteoarthritis of the right knee",
        target="knee_joint",
        side="right",
        on=timezone.now().date() - dt.timedelta(days=2),
        by=by,
    )


def fill(page, prefix: str, values: dict) -> None:
    for name, value in values.items():
        field = page.locator(f"#id_{prefix}-{name}")
        assert field.count(), f"no field {prefix}-{name}"
        page.evaluate(
            "id => { const box = document.getElementById(id).closest('details'); if (box) box.open = true }",
            f"id_{prefix}-{name}",
        )
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def begin(page, course: Course, *, by, volume: int) -> None:
    page.goto(f"/courses/{course.public_id}/sessions/new/")
    page.get_by_label("Done by").select_option(label=by.full_name)
    page.get_by_label("Why is there no baseline?").fill("treated at the first visit")
    page.locator("#id_injections-0-side_1").check(force=True)
    fill(page, "injections-0", {**KNEE, "volume_ml": volume})
    page.locator("#id_reaction_0").check(force=True)


def save(page) -> None:
    with page.expect_navigation():
        page.locator("footer").get_by_role("button", name="Save session").click()
    if page.get_by_label("I have checked: save anyway").count():
        page.get_by_label("I have checked: save anyway").check()
        page.locator("footer, .doubts").get_by_role("button", name="Save").first.click()
    page.get_by_text("Saved.").wait_for()


def record(page, name: str):
    """The value beside a name on the session's page."""
    return page.locator("#main dt", has_text=name).first.locator("xpath=following-sibling::dd[1]").inner_text()


@pytest.mark.parametrize("example", WORKED)
def test_worked_prp_examples_come_out_to_the_printed_digit(new_page, patient, clinician, example):
    (blood_ml, blood_platelets, blood_wbc, ml, platelets, wbc, rbc, activation), printed = WORKED[example]
    course, page = knee_course(patient, "prp", clinician), new_page()
    walk_in(page, clinician.email)
    begin(page, course, by=clinician, volume=ml)
    typed = {
        "blood_volume_ml": blood_ml,
        "anticoagulant": "acd_a",
        "blood_platelets": blood_platelets,
        "blood_leukocytes": blood_wbc,
        "blood_neutrophils": float(blood_wbc) / 2,
        "prp_platelets": platelets,
        "prp_leukocytes": wbc,
        "prp_neutrophils": float(wbc) / 2,
        "prp_erythrocytes": rbc,
        "prp_volume_ml": ml,
        "prp_injected_ml": ml,
        "activation": activation,
    }
    fill(page, "preparation", typed)
    save(page)
    dose, capture, fold, purity, paw, depa, mishra = printed
    assert page.locator("#main .stat b").first.inner_text() == dose
    shown = page.locator("section[aria-labelledby=h-dose]").inner_text()
    for value in (f"{capture} %", fold, f"{purity} %", paw, depa, mishra):
        assert value in shown, value
    assert page.get_by_text("recorded").first.is_visible(), "how complete the record is"
    assert_sound(page)


@pytest.mark.parametrize("kind", CELLS)
def test_own_cells_ask_for_what_their_kind_has(new_page, patient, clinician, kind):
    course, page = knee_course(patient, "cell", clinician), new_page()
    walk_in(page, clinician.email)
    begin(page, course, by=clinician, volume=6)
    page.locator("#id_preparation-product_type").select_option(kind)
    page.get_by_role("button", name="Show the fields of this kind").click()
    page.locator("#id_preparation-final_volume_ml").wait_for()
    assert page.locator("#id_preparation-passage").count() == 0, "only expanded cells have a passage"
    fill(page, "preparation", {**CELLS[kind], "viability_method": "trypan_blue"})
    fill(page, "harvests-0", {"site": "psis" if kind == "bmac" else "abdomen", "volume_ml": 60})
    fill(page, "harvests-0", {"side": "left" if kind == "bmac" else "midline"})
    save(page)
    assert record(page, "Nucleated cells").startswith(str(CELLS[kind]["nucleated_cells"]))
    assert_sound(page)


def test_a_lot_of_vesicles_is_given_recalled_and_followed(new_page, clinic, patient, clinician):
    lot, course, page = vials(clinic, clinician), knee_course(patient, "exosome", clinician), new_page()
    walk_in(page, clinician.email)
    begin(page, course, by=clinician, volume=6)
    page.locator("#scan").fill("EV-7")
    page.locator("#scan").press("Enter")
    page.get_by_role("link", name="EV-7").or_(page.locator("#lots h3", has_text="EV-7")).first.wait_for()
    fill(page, "preparation", VESICLES)
    page.get_by_label("The patient was told").check()
    save(page)
    assert_sound(page)

    page.goto(f"/lots/{lot.public_id}/recall/")
    page.get_by_label("Class II:").check(force=True)
    page.get_by_label("Reason").fill("Particles in the vial")
    page.get_by_label("lot number").fill("EV-7")
    page.get_by_role("button", name="Recall lot EV-7").click()
    page.get_by_role("heading", name="Recall of lot EV-7").wait_for()
    row = page.get_by_role("row", name="Álvarez, Ruth")
    assert "Knee joint, right" in row.inner_text()
    assert_sound(page)

    page.goto(f"/patients/{patient.public_id}/lots/")
    assert page.get_by_role("row", name="EV-7").get_by_text("Knee joint").is_visible()
    assert_sound(page)

    page.goto(f"/courses/{course.public_id}/sessions/new/")
    page.locator("#scan").fill("EV-7")
    page.locator("#scan").press("Enter")
    page.locator("#lots .err").get_by_text("recalled").first.wait_for()
