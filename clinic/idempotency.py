"""Idempotency-Key: the same POST again gets the reply of the first one and changes nothing."""

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.actions.keyed_requests import HEADER, begin_keyed_request, finish_keyed_request
from clinic.api_errors import refuse
from clinic.models import KeyedRequest

Handler = Callable[..., Response]


def idempotency_key(request: Request) -> uuid.UUID | None:
    """The UUID of the header, None without one; 400 for anything else."""
    text = request.headers.get(HEADER)
    if text is None:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise refuse(HEADER, "Give a UUID, one for each request that you make.", "invalid") from None


def once(handler: Handler) -> Handler:
    """``handler``, done once for each key of a client. Only what succeeded is kept: a refused body may be put right."""

    def done_once(request: Request, *args: Any, **kwargs: Any) -> Response:
        key, clinic_id = idempotency_key(request), _clinic_id(request)
        if key is None or clinic_id is None:
            return handler(request, *args, **kwargs)
        with transaction.atomic():
            keyed = begin_keyed_request(
                user=request.user,
                clinic_id=clinic_id,
                route=request.path,
                key=key,
                body_hash=_hash(request.data),
                at=timezone.now(),
            )
            return _again(keyed) if keyed.status else _first(keyed, handler(request, *args, **kwargs))

    return done_once


def _first(keyed: KeyedRequest, response: Response) -> Response:
    if status.is_success(response.status_code):
        reply = JSONRenderer().render(response.data).decode()
        location = response.headers.get("Location", "")
        finish_keyed_request(request=keyed, status=response.status_code, reply=reply, location=location)
    else:
        transaction.set_rollback(True)
    return response


def _again(keyed: KeyedRequest) -> Response:
    headers = {"Idempotency-Replayed": "true", **({"Location": keyed.location} if keyed.location else {})}
    return Response(json.loads(keyed.reply), status=keyed.status, headers=headers)


def _clinic_id(request: Request) -> int | None:
    """The token's clinic; for somebody with a browser, the one where they are working."""
    if request.user.limits:
        return request.user.limits.clinic_id
    clinic = request._request.clinic
    return clinic.pk if clinic else None


def _hash(body: Any) -> str:
    """Of what the body says, not of how it is spaced."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
