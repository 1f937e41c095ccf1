"""What describes an exported file, in the schema."""

from rest_framework import serializers

from clinic.serializers import Instant, Text, Whole, YesNo


class ExportColumnSerializer(serializers.Serializer):
    """One column of the file, in its order."""

    name = Text()
    type = Text()
    unit = Text(help_text="Empty where there is none.")
    privacy = Text(help_text='"pseudonym" or "plain". No column is personal.')
    meaning = Text()


class ExportClinicSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = Text()


class ManifestSerializer(serializers.Serializer):
    """What an exported file holds, and how to be sure that it is whole: count its lines and compare its checksum."""

    format = Text(help_text='"mendline-export"')
    version = Whole()
    dataset = Text()
    clinic = ExportClinicSerializer()
    filters = serializers.DictField(child=Text())
    rows = Whole(help_text="Lines of data, without the header.")
    bytes = Whole()
    sha256 = Text(help_text="Of the whole file as it is sent, in hexadecimal digits.")
    encoding = Text()
    columns = ExportColumnSerializer(many=True)
    rule_version = Whole(help_text="Of the rules of outcomes.")
    code_version = Text()
    data_version = Text(help_text="Of the clinic's outcomes when the file was begun.")
    data_changed_meanwhile = YesNo(help_text="Outcomes changed while the file was written; its rows are of one moment.")
    created_at = Instant()
    created_by = Text()
    kept_until = Instant()
