"""The completeness report as the API shows it."""

from rest_framework import serializers


class ItemShareSerializer(serializers.Serializer):
    """One item: in how many of the ``sessions`` to which it applies it is recorded."""

    code = serializers.CharField()
    label = serializers.CharField()
    category = serializers.CharField()
    recorded = serializers.IntegerField()
    sessions = serializers.IntegerField()
    percent = serializers.FloatField()


class ChecklistShareSerializer(serializers.Serializer):
    """One checklist and version, its least recorded items first."""

    code = serializers.CharField()
    name = serializers.CharField()
    source = serializers.CharField()
    sessions = serializers.IntegerField()
    items_recorded = serializers.IntegerField()
    items_asked = serializers.IntegerField()
    percent = serializers.FloatField()
    items = ItemShareSerializer(many=True)


class CompletenessReportSerializer(serializers.Serializer):
    """Which facts that reporting guidelines ask for are recorded. Sessions entered in error are left out."""

    clinics = serializers.ListField(child=serializers.CharField())
    performed_from = serializers.DateField(source="first", allow_null=True)
    performed_to = serializers.DateField(source="last", allow_null=True)
    sessions = serializers.IntegerField()
    checklists = ChecklistShareSerializer(many=True)
