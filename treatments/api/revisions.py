"""How a session stood before each change."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin

from clinic.viewsets import RowViewSet
from treatments.models import SessionRevision, TreatmentSession
from treatments.serializers import RevisionSerializer


@extend_schema_view(list=extend_schema(summary="List the earlier versions of a session"))
class RevisionViewSet(ListModelMixin, RowViewSet):
    """A session as it stood before each change, whole, with who changed it, when and why."""

    queryset = SessionRevision.objects.select_related("replaced_by")
    serializer_class = RevisionSerializer
    orderings = ("version",)

    def get_queryset(self) -> QuerySet[Any]:
        session = TreatmentSession.objects.visible_to(self.request.user).filter(public_id=self.kwargs["id"]).first()
        if session is None:
            raise Http404
        return super().get_queryset().filter(session=session)
