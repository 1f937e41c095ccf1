"""Consent documents and signatures as the API shows and accepts them."""

from rest_framework import serializers

from clinic.models import Clinic, StoredFile
from clinic.serializers import Instant, OneOf, RowField, RowSerializer, StrictSerializer, Text, Whole, YesNo
from patients.models import Consent, ConsentDocument, ConsentKind, Patient


class ConsentDocumentSerializer(RowSerializer):
    """One version of one kind, in both languages. It never changes."""

    id = serializers.UUIDField(source="public_id")
    clinic = RowField()

    class Meta:
        model = ConsentDocument
        fields = (
            *("id", "clinic", "kind", "version", "title_en", "text_en", "title_es", "text_es"),
            *("must_sign_again", "published_at"),
        )
        read_only_fields = fields


class NewConsentDocumentSerializer(StrictSerializer):
    """The next version of one kind. Paragraphs are parted by an empty line."""

    clinic = RowField(Clinic.objects.all())
    kind = OneOf(ConsentKind.choices)
    title_en = Text(max_length=120)
    text_en = Text(max_length=20_000)
    title_es = Text(max_length=120)
    text_es = Text(max_length=20_000)
    must_sign_again = YesNo(default=False, help_text="Signatures under earlier versions hold no longer.")


class ConsentSerializer(RowSerializer):
    """One signature. ``text_hash``: SHA-256 of title, line feed and text of the document in ``language``, in UTF-8."""

    id = serializers.UUIDField(source="public_id")
    clinic = RowField()
    patient = RowField()
    document = RowField()
    kind = OneOf(source="document.kind", choices=ConsentKind.choices)
    version = Whole(source="document.version")
    scan = RowField(allow_null=True)
    pdf = RowField(allow_null=True)

    class Meta:
        model = Consent
        fields = (
            *("id", "clinic", "patient", "document", "kind", "version", "language", "way", "signed_name", "signed_at"),
            *("text_hash", "recorded_at", "scan", "pdf", "withdrawn_at"),
        )
        read_only_fields = fields


class NewConsentSerializer(StrictSerializer):
    """A signature that was given on paper. On a tablet or behind a link only the patient can sign."""

    patient = RowField(Patient.objects.select_related("clinic"))
    document = RowField(ConsentDocument.objects.filter(version__gt=0), help_text="The version that was signed.")
    language = OneOf(Patient.Language.choices)
    signed_name = Text(max_length=160, help_text="The full name under the signature.")
    signed_at = Instant()
    scan = RowField(StoredFile.objects.defer("content"), required=False, help_text="A stored file.")


class WithdrawalSerializer(StrictSerializer):
    """Which agreement ends."""

    kind = OneOf(ConsentKind.choices)
