"""What a report looks like in JSON. The same classes make the answer and describe it in the schema."""

from rest_framework import serializers

from clinic.serializers import Day, OneOf, Quantity, Text, Whole, YesNo
from outcomes.outcome_rules import definitions
from outcomes.reports import AfterRetreatment, By, GroupBy
from outcomes.reports.filters import Context
from outcomes.reports.sentences import finding, subject, who
from outcomes.statistics import Reason
from treatments.vocabulary import Modality, Region

REASONS = [(reason.value, reason.value) for reason in Reason]


def interval(help_text: str) -> serializers.ListField:
    """The two ends of a 95 % interval."""
    return serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, allow_null=True, help_text=help_text
    )


class MeanSerializer(serializers.Serializer):
    """A mean in points of the instrument with its 95 % t interval. Null, never 0, where ``reason`` says why."""

    value = serializers.FloatField(allow_null=True)
    sd = serializers.FloatField(allow_null=True, help_text="Standard deviation, n - 1 in the denominator.")
    se = serializers.FloatField(allow_null=True, help_text="Standard error: sd / √n.")
    ci = interval("value ± t(n - 1) · se; null for fewer than two values or when all are equal.")
    n = Whole()
    method = Text(help_text='"t"')
    reason = OneOf(REASONS, allow_null=True, help_text="Why something is null.")


class ProportionSerializer(serializers.Serializer):
    """``k`` of ``n`` as a fraction with its 95 % Wilson interval. Null of nobody."""

    value = serializers.FloatField(allow_null=True)
    ci = interval("Wilson 1927.")
    k = Whole()
    n = Whole()
    method = Text(help_text='"wilson"')
    reason = OneOf(REASONS, allow_null=True, help_text="Why something is null.")


class BandsSerializer(serializers.Serializer):
    """Courses by their change from baseline against the instrument's published threshold."""

    better = Whole()
    same = Whole()
    worse = Whole()
    n = Whole()


class StartedSerializer(serializers.Serializer):
    """The mean baseline of ``n`` courses; null of nobody."""

    n = Whole()
    mean = serializers.FloatField(allow_null=True)


class StepsSerializer(serializers.Serializer):
    """How many of those whose window is over came so far; each step is counted of the one before."""

    treated = Whole()
    eligible = Whole()
    consented = Whole()
    sent = Whole()
    opened = Whole()
    complete = Whole()
    in_window = Whole()


class BoundsSerializer(serializers.Serializer):
    """Between what a share of the ``n`` due lies: none of the missing would be in it, or all of them."""

    n = Whole()
    lowest = serializers.FloatField()
    highest = serializers.FloatField()


class CompletenessSerializer(serializers.Serializer):
    """Who was asked at this timepoint. Due: eligible, and the window is over, so nothing changes any more."""

    planned = Whole()
    steps = StepsSerializer()
    due = Whole()
    answered_of_due = ProportionSerializer()
    answered_early = Whole(help_text="Answered while the window is still open.")
    missing = Whole(source="n_missing", help_text="Due, without a valid score in the window.")
    started_answered = StartedSerializer(source="answered", help_text="Before treatment, of those due who answered.")
    started_missing = StartedSerializer(source="missing", help_text="Before treatment, of those missing.")


class RowSerializer(serializers.Serializer):
    """One group at one timepoint. Missing scores are left out, never counted as 0."""

    group = Text(source="group.key", help_text='"all" in totals.')
    timepoint = Text()
    planned_day = Whole(help_text="The day that the timepoint means.")
    day = serializers.FloatField(allow_null=True, help_text="The mean day on which the scores were given.")
    n = Whole(help_text="Scores.")
    is_few = YesNo(help_text="Fewer than 5: figures do not draw it.")
    mean = MeanSerializer()
    change = MeanSerializer(help_text="Follow-up minus baseline, over scores that have a baseline.")
    n_without_baseline = Whole(help_text="In the mean, not in the change.")
    n_baseline_zero = Whole(help_text="In the change, not in the responder shares.")
    responder_30 = ProportionSerializer(help_text="Better by at least 30 % of the own baseline.")
    responder_50 = ProportionSerializer(help_text="Better by at least 50 % of the own baseline.")
    responder_30_of_due = BoundsSerializer(
        allow_null=True, help_text="Of those due with a baseline above 0, answered or not. Null of nobody."
    )
    n_retreated = Whole(help_text="Treated again before this timepoint: neither due nor missing.")
    bands = BandsSerializer(allow_null=True, help_text="Null where no threshold is published.")
    completeness = CompletenessSerializer(allow_null=True, help_text="Null where no check-in was planned.")


class GroupSerializer(serializers.Serializer):
    key = Text()
    label = Text()
    modality = OneOf([(modality.value, modality.label) for modality in Modality])


class MeasureSerializer(serializers.Serializer):
    """The instrument: its range, its direction, and its published threshold in points of the score."""

    code = Text()
    label = Text()
    minimum = Quantity(max_digits=29, decimal_places=20, min_value=None)
    maximum = Quantity(max_digits=29, decimal_places=20, min_value=None)
    is_higher_better = YesNo()
    is_imported = YesNo()
    mcid = Quantity(max_digits=29, decimal_places=20, allow_null=True)
    mcid_source = Text()


class FilterSerializer(serializers.Serializer):
    """The question as it was understood. Empty lists mean all, null means no limit."""

    clinic = serializers.ListField(child=serializers.UUIDField())
    modality = serializers.ListField(child=OneOf([(modality.value, modality.label) for modality in Modality]))
    region = serializers.ListField(child=OneOf([(region.value, region.label) for region in Region]))
    instrument = Text()
    first_timepoint = Text(allow_null=True)
    last_timepoint = Text(allow_null=True)
    opened_from = Day(allow_null=True)
    opened_to = Day(allow_null=True)
    group_by = OneOf([(by.value, by.value) for by in GroupBy])
    after_retreatment = OneOf([(choice.value, choice.value) for choice in AfterRetreatment])
    start = Quantity(max_digits=5, decimal_places=1, allow_null=True, help_text="Points; for similar courses only.")
    by = OneOf([(by.value, by.value) for by in By])
    context = OneOf([(one.value, one.value) for one in Context], allow_null=True)


class CaveatSerializer(serializers.Serializer):
    """What to know before believing the numbers."""

    code = Text()
    sentence = Text()


class OutcomeReportSerializer(serializers.Serializer):
    """Outcomes by group and timepoint, over courses opened in the cohort. Unadjusted; not a comparison of treatments."""

    as_of = Day()
    level = serializers.FloatField(help_text="Of every interval: 0.95.")
    rule_version = Whole(help_text="Of the definitions.")
    subject = serializers.SerializerMethodField(help_text="What the report is about, in words.")
    who = serializers.SerializerMethodField(help_text="Who is missing and who is in it: read it before the finding.")
    finding = serializers.SerializerMethodField(help_text="Its main result in a sentence, or why there is none yet.")
    filter = FilterSerializer()
    clinics = serializers.ListField(child=Text())
    instrument = MeasureSerializer(source="measure")
    groups = GroupSerializer(many=True)
    rows = RowSerializer(many=True, help_text="By group and timepoint.")
    totals = RowSerializer(many=True, help_text="By timepoint, over all groups.")
    caveats = CaveatSerializer(many=True)
    definitions = serializers.SerializerMethodField()

    def get_definitions(self, _report: object) -> list[dict[str, str]]:
        return [{"name": name, "sentence": sentence} for name, sentence in definitions()]

    def get_who(self, report: object) -> str:
        return who(report)

    def get_subject(self, report: object) -> str:
        return subject(report.filter)

    def get_finding(self, report: object) -> str:
        return finding(report)
