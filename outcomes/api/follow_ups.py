"""Follow-ups through the API, with what was decided about asking."""

from drf_spectacular.utils import extend_schema, extend_schema_serializer, extend_schema_view

from outcomes.serializers import DecisionSerializer
from treatments.api import FollowUpViewSet
from treatments.serializers import FollowUpSerializer


@extend_schema_serializer(component_name="FollowUp")
class AskedFollowUpSerializer(FollowUpSerializer):
    """The window of days in which one timepoint of a course is asked about, and why it is asked now or not."""

    decision = DecisionSerializer(
        source="contact_decision", read_only=True, allow_null=True, help_text="Null before the window opens."
    )

    class Meta(FollowUpSerializer.Meta):
        fields = (*FollowUpSerializer.Meta.fields, "decision")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary="List follow-ups"),
    retrieve=extend_schema(summary="Read a follow-up"),
)
class AskedFollowUpViewSet(FollowUpViewSet):
    """The windows of days in which patients are asked: planned, open, overdue, answered or ended."""

    queryset = FollowUpViewSet.queryset.select_related("contact_decision")
    serializer_class = AskedFollowUpSerializer
