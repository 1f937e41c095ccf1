"""Sessions through the API: list, detail, log, correct, take back. The pages call the same actions."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.actions.keyed_requests import HEADER
from clinic.api_errors import refuse
from clinic.idempotency import idempotency_key
from clinic.if_match import IF_MATCH_HEADER, changed_meanwhile, if_match
from clinic.rules import RuleBroken
from clinic.viewsets import RowViewSet
from treatments import actions
from treatments.actions.sessions import SessionChanged
from treatments.api.examples import AMENDMENT, IN_ERROR, SESSIONS
from treatments.api.session_filters import SessionFilters
from treatments.models import LotUse, ReviewItem, TreatmentSession
from treatments.serializers import (
    AmendedSessionSerializer,
    InErrorSerializer,
    NewSessionSerializer,
    SessionSerializer,
)
from treatments.serializers.sessions import as_written, merged
from treatments.states import LocalDay
from treatments.washouts import with_washout

SHOWN = with_washout(
    TreatmentSession.objects.select_related(
        *("clinic", "course__treatment_type", "performed_by", "logged_by", "time_out_by", "entered_in_error_by"),
        *("prp_preparation", "cell_preparation", "exosome_preparation__image", "holds", "aftercare"),
    )
    .prefetch_related(
        *("injections__image", "prp_preparation__spins", "cell_preparation__harvests", "release_tests__certificate"),
        Prefetch("lot_uses", LotUse.objects.filter(reversed_at=None).select_related("lot__product"), "lots_held"),
        Prefetch("review_items", ReviewItem.objects.select_related("clinic", "raised_by", "settled_by")),
    )
    .annotate(day=LocalDay("clinic__time_zone", "performed_at"))
)


@extend_schema_view(
    list=extend_schema(summary="List sessions"),
    retrieve=extend_schema(summary="Read a session"),
)
class SessionViewSet(ListModelMixin, RetrieveModelMixin, RowViewSet):
    """Visits at which treatment was given: injections, preparation, lots, holds and aftercare."""

    queryset = SHOWN
    serializer_class = SessionSerializer
    filterset_class = SessionFilters
    orderings = ("-performed_at",)

    @extend_schema(
        summary="Log a session",
        request=NewSessionSerializer,
        responses={201: SessionSerializer, 200: SessionSerializer},
        examples=SESSIONS,
    )
    def create(self, request: Request) -> Response:
        """Takes from the lots and plans the follow-ups; see them under lots and follow-ups.

        A session remembers its Idempotency-Key for good: later than a day, the answer is 200 and the session as it is.
        """
        key = idempotency_key(request)
        parts = self.body(NewSessionSerializer)
        parts.setdefault("performed_by", request.user)
        course = parts.pop("course")
        session = self._in_the_clients_words(
            course.treatment_type.modality,
            lambda: actions.log_session(course=course, idempotency_key=key, at=self.at, by=request.user, **parts),
        )
        is_new = session.logged_at == self.at
        return self.made(session, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(
        summary="Correct a session",
        request=AmendedSessionSerializer,
        responses={200: SessionSerializer},
        examples=[AMENDMENT],
        parameters=[IF_MATCH_HEADER],
    )
    def partial_update(self, request: Request, id: uuid.UUID) -> Response:
        """Members that are not given stay, null takes away, a list is replaced as a whole (JSON Merge Patch)."""
        version, session = if_match(request), self.get_object()
        return self._changed(session, version, lambda: actions.amend_session(**self._patched(session)))

    @extend_schema(
        summary="Take back a session entered in error",
        request=InErrorSerializer,
        responses={200: SessionSerializer},
        examples=[IN_ERROR],
        parameters=[IF_MATCH_HEADER],
    )
    @action(detail=True, methods=["post"])
    def void(self, request: Request, id: uuid.UUID) -> Response:
        """Keeps everything, gives the lots back, and takes back follow-ups that nobody was asked about."""
        version, session = if_match(request), self.get_object()
        reason = self.body(InErrorSerializer)["reason"]
        return self._changed(session, version, lambda: actions.void_session(**self._change(session), reason=reason))

    def _change(self, session: TreatmentSession) -> dict[str, Any]:
        """What every change of a session needs; it starts from the version that ``_changed`` has compared."""
        return {"session": session, "version": session.version, "at": self.at, "by": self.request.user}

    def _shown(self, session: TreatmentSession) -> dict[str, Any]:
        return self.get_serializer(self.get_queryset().get(pk=session.pk)).data

    def _patched(self, session: TreatmentSession) -> dict[str, Any]:
        """What amend_session takes: the session after the request's merge patch, checked as a whole."""
        if isinstance(self.request.data, Mapping) and "course" in self.request.data:
            raise refuse("course", "A session stays in its course. Enter it in error and log it anew.", "unknown_field")
        there = as_written(AmendedSessionSerializer(context=self.get_serializer_context()), self._shown(session))
        serializer = AmendedSessionSerializer(
            data=merged(there, self.request.data), context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        parts = {name: value for name, value in serializer.validated_data.items() if name != "course"}
        return {**self._change(session), **parts}

    def _changed(self, session: TreatmentSession, version: int, change: Callable[[], TreatmentSession]) -> Response:
        """The session after ``change``; 412 with the session as it stands when somebody else was faster."""
        try:
            if session.version != version:
                raise SessionChanged(session)
            changed = self._in_the_clients_words(session.course.treatment_type.modality, change)
        except SessionChanged as broken:
            return changed_meanwhile(broken, self._shown(session))
        return Response(self._shown(changed))

    def _in_the_clients_words(self, kind: str, act: Callable[[], TreatmentSession]) -> TreatmentSession:
        try:
            return act()
        except RuleBroken as broken:
            broken.field = field_in_body(broken.field, kind)
            raise


def field_in_body(field: str | None, kind: str) -> str | None:
    """The client's name of the field that an action names."""
    if field == "idempotency_key":
        return HEADER
    return field and field.replace("preparation", kind, 1) if field and field.startswith("preparation") else field
