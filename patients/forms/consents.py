"""Signatures on paper, requests to sign, the signing page itself, and new versions of documents."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile

from clinic import files
from clinic.forms import speak_plainly
from clinic.rules import RuleBroken
from patients.models import Consent, ConsentDocument, ConsentKind, Patient
from patients.sign_words import SignWords

ACCEPTED = ",".join(files.MAGIC.values())
FILE_HELP = "A PDF, PNG or JPEG of at most 10 MB."


class ScanField(forms.FileField):
    """A scan that is a PDF, PNG or JPEG by its first bytes; cleaned to its name and content."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            widget=forms.FileInput({"accept": ACCEPTED}), help_text=FILE_HELP, max_length=200, label="Scan", **kwargs
        )

    def clean(self, data: UploadedFile | None, initial: object = None) -> tuple[str, bytes] | None:
        uploaded = super().clean(data, initial)
        if not uploaded:
            return None
        content = uploaded.read(files.MOST_BYTES + 1)
        try:
            files.inspect(uploaded.name, content)
        except RuleBroken as broken:
            raise forms.ValidationError(broken.message) from None
        return uploaded.name, content


class PaperForm(forms.Form):
    """A signature on paper. ``documents``: every version of the clinic, the current one of each kind first."""

    document = forms.ChoiceField(label="Document that was signed")
    language = forms.ChoiceField(choices=Patient.Language.choices, widget=forms.RadioSelect)
    signed_name = forms.CharField(
        label="Name under the signature",
        max_length=160,
        help_text="As it is written there. A parent or guardian may have signed.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    signed_at = forms.DateField(label="Signed on", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    scan = ScanField(required=False)

    def __init__(self, *args: object, documents: Iterable[ConsentDocument], now: dt.datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.documents = {str(document.public_id): document for document in documents}
        self.fields["document"].choices = [("", "Choose"), *((key, str(doc)) for key, doc in self.documents.items())]
        self.fields["document"].error_messages["required"] = "Choose the document that was signed."
        speak_plainly(self)

    def clean_document(self) -> ConsentDocument:
        return self.documents[self.cleaned_data["document"]]

    def clean_signed_at(self) -> dt.datetime:
        """The instant that is kept: now for today, noon at the clinic for an earlier day."""
        day, zone = self.cleaned_data["signed_at"], self.now.tzinfo
        noon = dt.datetime.combine(day, dt.time(12), zone)
        return self.now if day == self.now.astimezone(zone).date() else noon


class ScanForm(forms.Form):
    """The paper of a signature that was recorded before it was scanned."""

    file = ScanField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages["required"] = "Choose the file with the scan."


class AskForm(forms.Form):
    """Which documents to hand to the patient, and how. ``documents``: the clinic's current ones."""

    EMAIL = "email"

    kinds = forms.MultipleChoiceField(
        label="To read and sign",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one document."},
    )
    way = forms.ChoiceField(label="How", widget=forms.RadioSelect, error_messages={"required": "Choose how."})

    def __init__(self, *args: object, documents: Iterable[ConsentDocument], email: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(document.kind, document.get_kind_display()) for document in documents]
        ways = [(Consent.Way.TABLET, "On this device"), (Consent.Way.LINK, "Link to hand over")]
        self.fields["way"].choices = [*ways, (self.EMAIL, "Link by e-mail")] if email else ways


class SignForm(forms.Form):
    """What a patient fills in under a document, in the language of the page."""

    document = forms.UUIDField(widget=forms.HiddenInput)
    agrees = forms.BooleanField()
    signed_name = forms.CharField(
        max_length=160, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    )

    def __init__(self, *args: object, words: SignWords, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_name"].label = words.name
        self.fields["signed_name"].help_text = words.name_hint
        self.fields["signed_name"].error_messages = {"required": words.name_missing, "max_length": words.name_missing}
        self.fields["agrees"].label = words.agree
        self.fields["agrees"].error_messages["required"] = words.agree_missing


class DocumentForm(forms.Form):
    """The words of a new version, in both languages."""

    title_en = forms.CharField(label="English title", max_length=120)
    text_en = forms.CharField(label="English text", max_length=20_000, widget=forms.Textarea({"rows": 16}))
    title_es = forms.CharField(label="Spanish title", max_length=120, widget=forms.TextInput({"lang": "es"}))
    text_es = forms.CharField(
        label="Spanish text", max_length=20_000, widget=forms.Textarea({"rows": 16, "lang": "es"})
    )
    must_sign_again = forms.BooleanField(
        label="Whoever agreed to an earlier version has to sign this one", required=False
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


class PolicyForm(forms.Form):
    """What becomes of earlier answers when a patient leaves the outcome registry."""

    keeps = forms.TypedChoiceField(
        label="When a patient leaves the outcome registry, answers given until then are",
        choices=[("keep", "kept"), ("erase", "erased")],
        coerce=lambda value: value == "keep",
        widget=forms.RadioSelect,
        help_text="Counts for patients who leave from now on. Erased answers cannot be brought back.",
        error_messages={"required": "Choose whether answers are kept or erased."},
    )


def document_choices(documents: Iterable[ConsentDocument]) -> list[ConsentDocument]:
    """Versions that may have been signed on paper: by kind, newest first, without what only marks an earlier time."""
    order = list(ConsentKind.values)
    real = (document for document in documents if document.version)
    return sorted(real, key=lambda document: (order.index(document.kind), -document.version))


def local_now(at: dt.datetime, time_zone: str) -> dt.datetime:
    """The instant by the clinic's clock."""
    return at.astimezone(ZoneInfo(time_zone))
