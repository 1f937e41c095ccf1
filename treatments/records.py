"""A preparation record as people read it: titled groups of lines, a few telling words, and the derived dose."""

from decimal import Decimal
from typing import NamedTuple

from treatments import dosing
from treatments.dosing import PrpDose
from treatments.forms.preparations import FORMS, PreparationForm
from treatments.models import CellPreparation, ExosomePreparation, Preparation, PrpPreparation, TreatmentSession

KINDS = ("prp_preparation", "cell_preparation", "exosome_preparation")


class Line(NamedTuple):
    """One recorded value with its unit; "" where it has none."""

    label: str
    value: str
    unit: str


def preparation_of(session: TreatmentSession) -> Preparation | None:
    """The session's preparation record of whichever kind. Costs no query when KINDS were selected with it."""
    return next((record for kind in KINDS if (record := getattr(session, kind, None))), None)


def dose_of(preparation: Preparation | None) -> PrpDose | None:
    """The derived values of a PRP preparation, None for other kinds."""
    if not isinstance(preparation, PrpPreparation):
        return None
    return dosing.prp_dose(**{name: getattr(preparation, name) for name in dosing.INPUTS})


def groups_of(preparation: Preparation | None) -> list[tuple[str, list[Line]]]:
    """What was recorded, grouped as on the page where it was entered; what was left empty is left out."""
    if preparation is None:
        return []
    form = FORMS[preparation.modality.value](instance=preparation)
    groups = [(title, _lines(preparation, form, names)) for title, names in form.groups.items()]
    return [(title, lines) for title, lines in groups if lines]


def words_of(preparation: Preparation | None) -> list[str]:
    """What tells one session from another at a glance, like ["6 mL PRP", "9.0 × 10⁹ platelets", "LR-PRP"]."""
    if isinstance(preparation, PrpPreparation):
        return _prp_words(preparation)
    if isinstance(preparation, CellPreparation):
        cells = f"{plain(preparation.cells_injected)} × 10⁶ cells" if preparation.cells_injected else ""
        viable = f"{plain(preparation.viability_percent)} % viable" if preparation.viability_percent else ""
        return [word for word in (preparation.get_product_type_display(), cells, viable) if word]
    if isinstance(preparation, ExosomePreparation):
        return [f"{plain(preparation.volume_ml)} mL of vesicles"]
    return []


def plain(number: Decimal | int) -> str:
    """A number without trailing zeros, thousands apart: "1,250.5"."""
    return f"{Decimal(number).normalize():,f}"


def _prp_words(preparation: PrpPreparation) -> list[str]:
    dose = dose_of(preparation)
    words = [f"{plain(preparation.prp_injected_ml)} mL PRP"]
    if dose and dose.platelets_billions is not None:
        words.append(f"{dose.platelets_billions:.1f} × 10⁹ platelets")
    return [*words, dose.leukocyte_class] if dose and dose.leukocyte_class else words


def _lines(preparation: Preparation, form: PreparationForm, names: tuple[str, ...]) -> list[Line]:
    lines = []
    for name in names:
        value = getattr(preparation, name)
        if value is None or value == "":
            continue
        soft = form.ranges.get(name)
        lines.append(Line(str(form[name].label), _shown(preparation, name, value), soft.unit if soft else ""))
    return lines


def _shown(preparation: Preparation, name: str, value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return plain(value)
    if hasattr(value, "strftime"):
        return f"{value:%-d %b %Y}"
    display = getattr(preparation, f"get_{name}_display", None)
    return str(display() if display else value)
