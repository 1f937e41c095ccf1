"""The completeness report as the API shows it."""

from rest_framework import serializers

from clinic.serializers import Day, Text, Whole


class ItemShareSerializer(serializers.Serializer):
    """One item: in how many of the ``sessions`` to which it applies it is recorded."""

    code = Text()
    label = Text()
    category = Text()
    recorded = Whole()
    sessions = Whole()
    percent = serializers.FloatField()


class ChecklistShareSerializer(serializers.Serializer):
    """One checklist and version, its least recorded items first."""

    code = Text()
    name = Text()
    source = Text()
    sessions = Whole()
    items_recorded = Whole()
    items_asked = Whole()
    percent = serializers.FloatField()
    items = ItemShareSerializer(many=True)


class CompletenessReportSerializer(serializers.Serializer):
    """Which facts that reporting guidelines ask for are recorded. Sessions entered in error are left out."""

    clinics = serializers.ListField(child=Text())
    performed_from = Day(source="first", allow_null=True)
    performed_to = Day(source="last", allow_null=True)
    sessions = Whole()
    checklists = ChecklistShareSerializer(many=True)
