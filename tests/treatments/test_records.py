"""How a preparation reads on a session's page: grouped as it was written, its rows, its dose, and what is missing."""

import datetime as dt
from decimal import Decimal

from django.db.models import Model
from django.http import QueryDict
from django.utils import timezone

from tests.conftest import NOON
from tests.layers import layer
from tests.treatments.treating import PRP, log
from treatments.actions.sessions import parts_of
from treatments.forms.preparations import PreparationDraft, repeated_from
from treatments.models import CellPreparation, ExosomePreparation, PrpPreparation, TreatmentSession
from treatments.records import dose_of, groups_of, preparation_of, words_of

FULL = {
    **PRP,
    "anticoagulant_ml": Decimal(8),
    "drawn_at": NOON - dt.timedelta(minutes=40),
    "blood_platelets": Decimal(250),
    "blood_leukocytes": Decimal(6),
    "blood_neutrophils": Decimal("3.6"),
    "prp_platelets": Decimal(1500),
    "prp_leukocytes": Decimal(20),
    "prp_neutrophils": Decimal(12),
    "prp_erythrocytes": Decimal(1),
    "additives": ["hyaluronate", "steroid"],
    "is_buffered": False,
    "spins": [
        {"rcf_g": Decimal(1500), "minutes": Decimal(10), "is_braked": False},
        {"rpm": 2500, "rotor_radius_cm": Decimal(10), "minutes": Decimal(5)},
    ],
}


@layer
def session(course, clinician) -> TreatmentSession:
    logged = log(course, clinician, preparation=FULL)
    return TreatmentSession.objects.select_related("prp_preparation", "course__treatment_type").get(pk=logged.pk)


def lines(preparation):
    return {line.label: f"{line.value} {line.unit}".strip() for _, listed in groups_of(preparation) for line in listed}


def test_a_record_reads_in_the_order_of_work(session):
    with timezone.override(NOON.tzinfo):
        found = groups_of(preparation_of(session))
        read = lines(preparation_of(session))
    assert [title for title, _ in found] == ["Blood", "Spins", "Counts", "Product"]
    assert read["Blood platelets"] == "250 ×10³/µL"
    assert read["Blood drawn at"] == "2 Mar 2026, 11:20"
    assert read["Spin 1"] == "1,500 g · 10 min · not braked"
    assert read["Spin 2"] == "699 g · 2,500 rpm · 10 cm · 5 min"
    assert read["Given together with"] == "Hyaluronic acid, Steroid"
    assert read["Buffered"] == "No"
    assert "Activated with light" not in read, "it was not recorded"
    assert "The blood was counted after the anticoagulant was added" not in read


def test_the_dose_is_shown_as_it_was_stored(session):
    preparation = preparation_of(session)
    dose = dose_of(preparation)
    assert dose.platelets.value == "7.50"
    assert [figure.value for figure in dose.classes] == [
        "P4-Aα", "A·C·C·no", "P 1,500,000/µL, 5 mL L− R+ A−", "1A",
    ]  # fmt: skip
    assert (dose.leukocyte_class, dose.missing, dose.formula_version) == ("LR", [], 1)
    PrpPreparation.objects.filter(pk=preparation.pk).update(dose_billions=Decimal("1.5"))
    assert dose_of(PrpPreparation.objects.get()).platelets.value == "1.50"


def test_rules_that_nobody_checked_say_so(session):
    unchecked = {rule.name for rule in dose_of(preparation_of(session)).rules if not rule.is_checked}
    assert unchecked == {"DEPA", "PLRA"}


def test_a_dose_that_lacks_a_count_says_which(course, clinician):
    log(course, clinician)
    dose = dose_of(PrpPreparation.objects.get())
    assert dose.platelets == ("Platelets", "", "The dose needs the PRP's platelet count.")
    assert (
        "PLRA needs the PRP's platelet count, the PRP's white-cell count and the PRP's red-cell count." in dose.missing
    )


def test_a_row_from_before_formulas_is_worked_out_as_it_is_shown(session):
    empty = dict.fromkeys(("dose_billions", "concentration_factor", "capture_percent", "purity_percent"))
    PrpPreparation.objects.update(**empty, paw_code="", formula_version=0)
    dose = dose_of(PrpPreparation.objects.get())
    assert (dose.platelets.value, dose.classes[0].value) == ("7.50", "P4-Aα")


def test_too_much_captured_is_said(course, clinician):
    counts = {"blood_platelets": Decimal(100), "prp_platelets": Decimal(4000)}
    log(course, clinician, preparation={**PRP, **counts})
    assert dose_of(PrpPreparation.objects.get()).is_capture_impossible


def test_the_session_page_shows_classes_rules_and_the_meter(client, clinician, session):
    client.force_login(clinician)
    page = client.get(f"/sessions/{session.public_id}/").text
    for words in ("P4-Aα", "A·C·C·no", "How these are worked out", "DeLong 2012", "not yet checked in the paper"):
        assert words in page
    assert f"{len(session.recorded_items)} of 23" in page
    assert f"/sessions/{session.public_id}/edit/#id_holds-nsaid_stopped_on" in page


def test_kinds_without_a_dose():
    cell = CellPreparation(product_type="bmac", viability_percent=Decimal(95), cells_injected=Decimal(40))
    exosome = ExosomePreparation(volume_ml=Decimal(2))
    assert dose_of(cell) is None
    assert words_of(cell) == ["Bone marrow aspirate concentrate", "40 × 10⁶ cells", "95 % viable"]
    assert words_of(exosome) == ["2 mL of vesicles"]
    assert (words_of(None), groups_of(None), dose_of(None)) == ([], [], None)


def test_the_next_session_repeats_settings_and_spins_but_no_count(session):
    repeated = repeated_from(session)
    assert (repeated["anticoagulant"], len(repeated["spins"])) == ("acd_a", 2)
    assert not {"blood_platelets", "prp_platelets", "prp_volume_ml", "drawn_at"} & set(repeated)


def as_sent(draft):
    """What a browser sends back from the page as it was filled in."""
    data = QueryDict(mutable=True)
    for part in draft.parts:
        for form in [part] if hasattr(part, "fields") else part:
            for field in form:
                value = field.value()
                if isinstance(value, Model):
                    value = value.public_id
                if isinstance(value, bool):
                    value = {True: "true", False: "" if field.name.startswith("is_blood") else "false"}[value]
                if isinstance(value, dt.datetime):
                    value = value.strftime("%Y-%m-%dT%H:%M")
                data.setlist(field.html_name, list(map(str, value)) if isinstance(value, list) else [str(value or "")])
        if not hasattr(part, "fields"):
            data[f"{part.prefix}-TOTAL_FORMS"] = data[f"{part.prefix}-INITIAL_FORMS"] = str(len(part.forms))
    return data


def test_opening_a_record_for_correction_and_saving_it_changes_nothing(session, clinic):
    before = parts_of(session)["preparation"]
    with timezone.override(NOON.tzinfo):
        opened = PreparationDraft("prp", data=None, initial=before, at=NOON, clinic=clinic)
        sent = PreparationDraft("prp", data=as_sent(opened), initial=before, at=NOON, clinic=clinic)
        assert sent.is_valid(), [part.errors for part in sent.parts]
        assert sent.cleaned == before
