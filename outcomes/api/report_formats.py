"""The formats in which the API answers a report, all of one call: JSON, CSV, PDF, and a figure as Vega-Lite, SVG or PNG."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from clinic.access import question_first
from clinic.api_errors import refuse
from clinic.viewsets import SignedInView
from outcomes.drawing import kept
from outcomes.report_pdf import compiled, made_words
from outcomes.report_times import timed


class Answer(Protocol):
    """A report, and how a figure of it is to be drawn."""

    def data(self) -> Any:
        """What JSON is made of."""

    def csv(self) -> str:
        """The file."""

    def spec(self) -> str:
        """The figure's specification as text."""


class ReportRenderer(BaseRenderer):
    """``source`` is cheap and decides whether a client's copy is still good; ``render`` finishes what it made."""

    @staticmethod
    def source(answer: Answer) -> str:
        raise NotImplementedError

    def render(self, data: str, accepted_media_type: str | None = None, renderer_context: object = None) -> bytes:
        return data.encode()


class ReportJson(ReportRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    @staticmethod
    def source(answer: Answer) -> str:
        return json.dumps(answer.data(), cls=JSONEncoder, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class ReportCsv(ReportRenderer):
    media_type = "text/csv"
    format = "csv"

    @staticmethod
    def source(answer: Answer) -> str:
        return answer.csv()


class ReportVega(ReportRenderer):
    media_type = "application/vnd.vegalite.v6+json"
    format = "vega"
    charset = None

    @staticmethod
    def source(answer: Answer) -> str:
        return answer.spec()


class ReportSvg(ReportVega):
    media_type = "image/svg+xml"
    format = "svg"
    charset = "utf-8"

    def render(self, data: str, accepted_media_type: str | None = None, renderer_context: object = None) -> bytes:
        return kept.svg(data).encode()


class ReportPng(ReportVega):
    media_type = "image/png"
    format = "png"
    render_style = "binary"

    def render(self, data: str, accepted_media_type: str | None = None, renderer_context: object = None) -> bytes:
        return kept.png(data)


class ReportPdf(ReportRenderer):
    """The whole report on paper. When it was made is printed, but decides nothing about a client's copy."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"

    @staticmethod
    def source(answer: Any) -> str:
        said: str = answer.pdf()
        return said

    def render(self, data: str, accepted_media_type: str | None = None, renderer_context: object = None) -> bytes:
        return compiled(data, made=made_words(timezone.localtime()))


RENDERERS = (ReportJson, ReportCsv, ReportVega, ReportSvg, ReportPng)


class ReportNegotiation(DefaultContentNegotiation):
    """``?format=`` wins over the Accept header; a format that is not offered is a 400 that lists those that are."""

    def filter_renderers(self, renderers: list[BaseRenderer], format: str) -> list[BaseRenderer]:
        formats = [renderer.format for renderer in renderers]
        if format not in formats:
            raise refuse("format", f"Choose one of: {', '.join(map(str, formats))}.", "invalid_choice")
        return [renderer for renderer in renderers if renderer.format == format]


class ReportView(SignedInView):
    """A report in the format that was asked for. Answers carry an ETag and are sent again only when they have changed.

    ``file_name``: that of its CSV.
    """

    renderer_classes: ClassVar[Sequence[type[BaseRenderer]]] = RENDERERS
    content_negotiation_class = ReportNegotiation
    file_name: ClassVar[str]

    def answer_to(self, request: Request) -> Answer:
        """The report this request asks for. 400 for a parameter against its rule, 403 for somebody who may see none."""
        raise NotImplementedError

    def respond(self, request: Request) -> HttpResponseBase:
        renderer = request.accepted_renderer
        question = renderer.format == ReportCsv.format and request.auth is None and question_first(request._request)
        if question:
            return question
        with timed(self.file_name.removesuffix(".csv")):
            source = renderer.source(self.answer_to(request))
        etag = quote_etag(hashlib.sha256(f"{renderer.format}\n{source}".encode()).hexdigest()[:32])
        headers = {"ETag": etag}
        if renderer.format == ReportCsv.format:
            headers["Content-Disposition"] = f'attachment; filename="{self.file_name}"'
        answer = Response(source, headers=headers)
        kept: HttpResponseBase = get_conditional_response(request._request, etag=etag, response=answer)
        return kept

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_error = getattr(response, "exception", False)
        if is_error:
            # An error is read as JSON, whatever kind of figure was asked for.
            request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        final: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        if not is_error:
            patch_cache_control(final, private=True, no_cache=True)
        return final


def one_of(request: Request, name: str, choices: list[str]) -> str:
    """The value of a parameter that decides how a figure is drawn; the first choice when it is not given."""
    given = request.query_params.getlist(name) or choices[:1]
    if len(given) > 1:
        raise refuse(name, "Give this query parameter once.", "given_twice")
    if given[0] not in choices:
        raise refuse(name, f"Choose one of: {', '.join(choices)}.", "invalid_choice")
    return given[0]
