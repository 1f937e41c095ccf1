"""Writing a preparation: what each form takes, which fields a kind shows, rows, and what is said about a slip."""

import datetime as dt
from decimal import Decimal

import pytest
from django.forms import Form
from django.http import QueryDict

from tests.conftest import NOON
from treatments.cell_types import CELL_TYPES
from treatments.forms.preparations import FORMS, PreparationDraft
from treatments.models import CellPreparation

PRP = {
    "blood_volume_ml": "60", "anticoagulant": "acd_a", "prp_volume_ml": "6", "prp_injected_ml": "6",
    "activation": "none",
}  # fmt: skip
BMAC = {"product_type": "bmac", "shown": "bmac", "manipulation": "minimal", "final_volume_ml": "6"}
EXOSOME = {"source_tissue": "Cord MSC", "volume_ml": "2", "is_notice_acknowledged": "on"}


def sent(fields, **rows):
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        key = name if name in ("add", "remove", "redraw") else f"preparation-{name}"
        data.setlist(key, value if isinstance(value, list) else [value])
    for kind, listed in rows.items():
        data.update({f"{kind}-TOTAL_FORMS": str(len(listed)), f"{kind}-INITIAL_FORMS": "0"})
        for index, row in enumerate(listed):
            data.update({f"{kind}-{index}-{name}": value for name, value in row.items()})
    return data


def draft(clinic, modality, data=None, **options):
    return PreparationDraft(modality, data=data, initial=options.pop("initial", {}), at=NOON, clinic=clinic, **options)


def errors(written):
    forms = [form for part in written.parts for form in ([part] if isinstance(part, Form) else part)]
    return [message for form in forms for listed in form.errors.values() for message in listed]


def test_prp_as_it_is_recorded(clinic):
    spins = [{"rcf_g": "1500", "minutes": "8", "is_braked": "false"}, {}]
    written = draft(clinic, "prp", sent({**PRP, "additives": ["steroid", "bmac"], "is_buffered": "true"}, spins=spins))
    assert written.is_valid(), errors(written)
    found = written.cleaned
    assert found["blood_volume_ml"] == Decimal(60)
    assert (found["additives"], found["is_buffered"], found["is_photoactivated"]) == (["steroid", "bmac"], True, None)
    assert [(spin["rcf_g"], spin["minutes"], spin["is_braked"]) for spin in found["spins"]] == [(1500, 8, False)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"blood_platelets": "150000"}, "Did you mean 150?"),
        ({"prp_platelets": "1500000"}, "Did you mean 1,500?"),
        ({"blood_platelets": "-1"}, "Blood platelets cannot be less than 0."),
        ({"blood_platelets": "two"}, "Blood platelets must be a number, like 6 or 6.5."),
        ({"blood_platelets": "250.25"}, "Blood platelets: at most 1 digit after the point."),
        ({"blood_hematocrit": "4200"}, "cannot be more than 100 %"),
        ({"prp_injected_ml": "7"}, "More PRP is injected"),
        ({"activation": ""}, "Activation is missing."),
        ({"blood_volume_ml": ""}, "Blood drawn, without anticoagulant is missing."),
        ({"activation": "magic"}, "magic"),
        ({"blood_platelets": "9" * 40}, "counted in ×10³/µL"),
    ],
)
def test_a_slip_is_said_beside_its_field_at_once(clinic, changes, message):
    written = draft(clinic, "prp", sent({**PRP, **changes}, spins=[]))
    assert not written.is_valid()
    assert message in " ".join(errors(written))
    assert next(iter(changes)) in written.form.errors


def test_a_slip_in_a_row_is_said_in_that_row(clinic):
    spins = [{}, {"rcf_g": "300"}, {"rcf_g": "1800", "rpm": "1800", "rotor_radius_cm": "10"}]
    written = draft(clinic, "prp", sent(PRP, spins=spins))
    assert not written.is_valid()
    assert "is 362 g" in str(written.rows["spins"].forms[2].errors)


def test_a_page_that_is_only_drawn_anew_finds_no_fault(clinic):
    written = draft(clinic, "prp", sent({**PRP, "activation": "", "add": "spins"}, spins=[{"rcf_g": "x"}]))
    assert errors(written) == []
    assert written.form["blood_volume_ml"].value() == "60"


def shown(written):
    return {field.name for card in written.cards for field in card.fields} | {
        field.name for card in written.cards if card.more for field in card.more.fields
    }


@pytest.mark.parametrize("kind", CELL_TYPES)
def test_only_the_fields_of_the_chosen_kind_are_shown(clinic, kind):
    written = draft(clinic, "cell", initial={"product_type": kind})
    known = CELL_TYPES[kind]
    hidden = {"donor"} if len(known.donors) == 1 else set()
    assert shown(written) == set(known.fields) - hidden
    assert {card.anchor for card in written.cards if card.rows is not None} == set(known.rows())


def test_before_a_kind_is_chosen_only_the_kind_is_asked(clinic):
    assert shown(draft(clinic, "cell")) == {"product_type"}


def test_choosing_a_kind_brings_its_usual_settings(clinic):
    written = draft(clinic, "cell", sent({**BMAC, "product_type": "svf", "redraw": "kind"}))
    assert written.form["manipulation"].value() == "more_than_minimal"
    assert "used_enzyme" in shown(written)
    assert errors(written) == []


def test_saving_a_page_that_was_drawn_for_another_kind_shows_the_fields_first(clinic):
    written = draft(clinic, "cell", sent({**BMAC, "product_type": "svf"}, harvests=[]))
    assert not written.is_valid()
    assert "Its fields are shown now" in " ".join(errors(written))


def test_marrow_with_its_harvest(clinic):
    harvests = [{"site": "psis", "side": "left", "volume_ml": "52", "punctures": "2"}]
    written = draft(clinic, "cell", sent(BMAC, harvests=harvests))
    assert written.is_valid(), errors(written)
    assert written.cleaned["donor"] == "autologous"
    assert written.cleaned["harvests"] == [{"site": "psis", "side": "left", "volume_ml": 52, "punctures": 2}]
    assert "passage" not in written.cleaned


def test_a_site_of_another_kind_is_no_choice(clinic):
    written = draft(clinic, "cell", sent(BMAC, harvests=[{"site": "abdomen", "side": "left"}]))
    assert not written.is_valid()
    assert "site" in written.rows["harvests"].forms[0].errors


def test_a_field_of_another_kind_that_is_sent_all_the_same_is_left_out(clinic):
    written = draft(clinic, "cell", sent({**BMAC, "passage": "4"}, harvests=[]))
    assert written.is_valid()
    assert "passage" not in written.cleaned


def test_vesicles_with_their_markers(clinic):
    tests = [{"kind": "sterility", "result": "passed", "tested_on": "2026-02-20"}]
    markers = {"transmembrane_markers": ["cd9", "cd63"], "has_image": "false"}
    written = draft(clinic, "exosome", sent({**EXOSOME, **markers}, release_tests=tests))
    assert written.is_valid(), errors(written)
    assert written.cleaned["transmembrane_markers"] == ["cd9", "cd63"]
    assert written.cleaned["has_image"] is False
    assert written.cleaned["release_tests"][0]["tested_on"] == dt.date(2026, 2, 20)
    assert "no FDA-approved exosome products" in written.notices[0].text


def test_unusual_values_are_asked_about_row_by_row(clinic):
    counts = {"blood_platelets": "100", "prp_platelets": "4000"}
    written = draft(clinic, "prp", sent({**PRP, **counts}, spins=[{"rcf_g": "5000"}]))
    assert written.is_valid(), errors(written)
    assert written.doubts() == [
        ("Spin 1, Force: 5,000 is outside the usual 50 to 4,000 g.", "id_spins-0-rcf_g"),
        (
            "Platelet capture comes to 400 %, which cannot be: a count, a volume or a unit is wrong.",
            "id_preparation-prp_platelets",
        ),
    ]


def test_what_the_plan_filled_in_says_so(clinic):
    written = draft(clinic, "prp", initial={"blood_volume_ml": 60}, planned={"blood_volume_ml"})
    assert written.form["blood_volume_ml"].field.is_planned
    assert not getattr(written.form["device"].field, "is_planned", False)


@pytest.mark.parametrize("modality", FORMS)
def test_every_field_that_can_be_written_has_a_place(modality):
    form = FORMS[modality]
    written = {field.name for field in form.model._meta.fields if field.editable}
    assert set(form.names()) == written - {"id", "clinic", "session"}
    assert len(form.names()) == len(set(form.names()))
    assert set(form.repeated) <= set(form.names())
    assert not any(word in name for name in form.repeated for word in ("platelets", "cytes", "viability_percent"))


def test_kinds_with_a_warning_of_the_fda(clinic):
    alerted = {kind for kind in CellPreparation.ProductType.values
               if draft(clinic, "cell", initial={"product_type": kind}).notices}  # fmt: skip
    assert alerted == {"mfat", "svf", "umbilical_cord", "cord_blood", "amniotic_fluid", "placental"}
