"""What every report of tables looks like in JSON. The same classes make the answer and describe it in the schema."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.serializers import Day, OneOf, Text, Whole
from outcomes.api.report_shapes import CaveatSerializer, FilterSerializer, MeasureSerializer
from outcomes.outcome_rules import definitions
from outcomes.reports.shapes import Report, Statistic, TableRow, Unit, Value


class ColumnSerializer(serializers.Serializer):
    """A column: its key in each row, its name, the unit of its numbers, and what it means."""

    key = Text()
    label = Text()
    unit = OneOf([(unit.value, unit.value) for unit in Unit], help_text="Shares are fractions from 0 to 1.")
    meaning = Text()


VALUES = {
    "type": "object",
    "description": "By column key: a plain number or text, or a statistic: value (null with its reason, never 0), ci at the "
    "report's level, n, k (of a share), method and suppressed.",
    "additionalProperties": {},
}


class TableRowSerializer(serializers.Serializer):
    """One line of a table."""

    group = Text(help_text="The group of lines it belongs to; empty where there is only one.")
    label = Text()
    values = serializers.SerializerMethodField()

    @extend_schema_field(VALUES)
    def get_values(self, row: TableRow) -> dict[str, Any]:
        return {key: _plain(value) for key, value in row.values.items()}


class ReportTableSerializer(serializers.Serializer):
    key = Text()
    caption = Text()
    first = Text(help_text="What its lines are.")
    note = Text()
    columns = ColumnSerializer(many=True)
    rows = TableRowSerializer(many=True)


class DefinitionSerializer(serializers.Serializer):
    """What a word of the report means, under the version of the rules that made it."""

    name = Text()
    sentence = Text()


class TableReportSerializer(serializers.Serializer):
    """A report of tables, with who is in it before what it found, and what to know before believing it."""

    as_of = Day()
    level = serializers.FloatField(help_text="Of every interval: 0.95.")
    rule_version = Whole(help_text="Of the definitions.")
    filter = FilterSerializer()
    clinics = serializers.ListField(child=Text())
    instrument = MeasureSerializer(source="measure", allow_null=True, help_text="Null where the report is about none.")
    who = Text(help_text="Who is in it, and who is missing.")
    finding = Text(help_text="Its main result in a sentence, or why there is none.")
    caveats = CaveatSerializer(many=True)
    tables = ReportTableSerializer(many=True)
    definitions = serializers.SerializerMethodField()

    @extend_schema_field(DefinitionSerializer(many=True))
    def get_definitions(self, _report: Report[Any]) -> list[dict[str, str]]:
        return [{"name": name, "sentence": sentence} for name, sentence in definitions()]


def _plain(value: Value) -> Any:
    if not isinstance(value, Statistic):
        return value
    return {
        "value": value.value,
        "ci": value.ci,
        "n": value.n,
        "k": value.k,
        "method": value.method,
        "reason": value.reason or None,
        "suppressed": value.is_suppressed,
    }
