"""Products and their standing; receiving a lot, and what happens to it later."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from clinic.forms import speak_plainly
from patients.models import ConsentKind
from treatments.models import Lot, Product, ProductStatus
from treatments.scanning import MAX_LENGTH, gtin_of, read_code

MINUTE = "%Y-%m-%dT%H:%M"


def day_input() -> forms.DateInput:
    """A day, in the browser's own picker."""
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def number_input() -> forms.TextInput:
    """A number typed as text, which no wheel or arrow key can change."""
    return forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})


class ProductForm(forms.ModelForm):
    """What the clinic uses, and which consents it requires."""

    gtin = forms.CharField(label="GTIN", max_length=20, required=False, help_text="The number under the bar code.")
    required_consents = forms.MultipleChoiceField(
        label="Consents that a patient must have signed",
        choices=ConsentKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Product
        fields = (
            *("name", "manufacturer", "kind", "regulated_as", "gtin", "catalogue_number", "source_tissue", "unit"),
            "required_consents",
        )
        widgets = {"regulated_as": forms.RadioSelect}
        labels = {"regulated_as": "Regulated as", "catalogue_number": "Catalogue number", "unit": "Counted in"}
        help_texts = {"unit": "Like vial, kit or mL.", "source_tissue": "Of cell and exosome products."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["kind"].choices = [("", "Choose"), *Product.Kind.choices]
        self.fields["regulated_as"].choices = Product.RegulatedAs.choices

    def clean_gtin(self) -> str:
        gtin = self.cleaned_data["gtin"].replace(" ", "")
        try:
            return gtin_of(gtin) if gtin else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class StandingForm(forms.ModelForm):
    """The regulatory standing of a product in one jurisdiction from one day on."""

    valid_from = forms.DateField(label="Valid from", widget=day_input())

    class Meta:
        model = ProductStatus
        fields = ("jurisdiction", "standing", "valid_from", "reference")
        help_texts = {
            "jurisdiction": "“US” for the country, “US-FL” for one state.",
            "reference": "IND, clearance or approval number, or where it is written.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["standing"].choices = [("", "Choose"), *ProductStatus.Standing.choices]


class ReceiveForm(forms.ModelForm):
    """One delivery of one lot. ``scan`` takes a code from the scanner; see ``filled``."""

    scan = forms.CharField(
        label="Scan the code on the box",
        max_length=MAX_LENGTH,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="Fills product, lot and expiry. Nothing is saved yet.",
    )
    quantity = forms.DecimalField(max_digits=10, decimal_places=3, widget=number_input())
    expires_on = forms.DateField(label="Expires", required=False, widget=day_input())
    certificate = forms.FileField(
        label="Certificate of analysis", required=False, help_text="PDF, PNG or JPEG, at most 10 MB."
    )

    class Meta:
        model = Lot
        fields = (
            *("product", "lot_number", "expires_on", "identification_code", "donation_code", "donor_ref"),
            "scanned_text",
        )
        labels = {
            "lot_number": "Lot number",
            "identification_code": "Distinct identification code",
            "donation_code": "Donation code",
            "donor_ref": "Donor reference",
        }
        help_texts = {
            "identification_code": "Of tissue and cells. Never a name, a chart or a social security number.",
            "donation_code": "ISBT 128 or SEC, kept as it is.",
            "donor_ref": "The supplier’s. Never a name, a chart or a social security number.",
        }
        widgets = {
            "scanned_text": forms.HiddenInput,
            "identification_code": forms.TextInput({"autocomplete": "off"}),
            "donor_ref": forms.TextInput({"autocomplete": "off"}),
        }

    field_order = (
        *("scan", "product", "lot_number", "expires_on", "quantity", "identification_code", "donation_code"),
        *("donor_ref", "certificate", "scanned_text"),
    )

    product = forms.ModelChoiceField(Product.objects.none(), to_field_name="public_id", empty_label="Choose a product")

    def __init__(self, *args: Any, products: QuerySet[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["product"].queryset = products

    def names(self, kind: Product.Kind) -> bool:
        """Whether the product chosen so far is of this kind."""
        chosen = str(self["product"].value() or "")
        return any(
            str(product.public_id) == chosen for product in self.fields["product"].queryset if product.kind == kind
        )


def filled(typed: QueryDict, products: QuerySet[Product]) -> tuple[QueryDict, str]:
    """What was typed with the scanned code spread over its fields, and what to tell the person at the scanner.

    A code that is not GS1 is kept as typed, as lot number or donation code. ``unknown_code`` keeps a code whose
    product is not registered.
    """
    changed = typed.copy()
    code = read_code(changed.get("scan", ""))
    changed["scan"] = ""
    if code.problem:
        return changed, code.problem
    changed["scanned_text"] = code.text
    if not code.is_gs1:
        name, words = ("donation_code", "donation code") if code.text.startswith("=") else ("lot_number", "lot number")
        changed[name] = code.text
        return changed, f"Not a GS1 code: kept as typed in the {words}."
    if code.lot_number:
        changed["lot_number"] = code.lot_number
    if code.expires_on:
        changed["expires_on"] = code.expires_on.isoformat()
    product = products.filter(gtin=code.gtin).first() if code.gtin else None
    if product:
        changed["product"] = str(product.public_id)
    elif code.gtin:
        changed["unknown_code"] = code.text
        return changed, f"No product with GTIN {code.gtin} is registered here."
    return changed, "Filled in from the code. Check it against the box, then receive."


class DiscardForm(forms.Form):
    """Why what is left is thrown away."""

    reason = forms.CharField(max_length=300, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


class CountForm(DiscardForm):
    """What is really on the shelf, and why the ledger was wrong."""

    counted = forms.DecimalField(label="Counted", max_digits=10, decimal_places=3, widget=number_input())
    field_order = ("counted", "reason")


class ReadingForm(forms.Form):
    """One line of the storage log."""

    read_at = forms.DateTimeField(
        label="Read at",
        input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MINUTE),
    )
    celsius = forms.DecimalField(label="Temperature, °C", max_digits=5, decimal_places=1, widget=number_input())
    is_excursion = forms.BooleanField(label="Outside what the maker allows (excursion)", required=False)
    note = forms.CharField(
        max_length=300,
        required=False,
        help_text="What was done about an excursion.",
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


class CertificateForm(forms.Form):
    """The certificate of a lot that was received without one."""

    certificate = forms.FileField(label="Certificate of analysis", help_text="PDF, PNG or JPEG, at most 10 MB.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
