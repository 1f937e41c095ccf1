"""Writing a protocol, or the next version of one, on one page; rows are added without saving."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import staff_page
from clinic.permissions import Permission
from clinic.rules import RuleBroken
from outcomes.actions import Asked, Moment, publish_protocol
from outcomes.asking import askable
from outcomes.catalogue import why_not_asked
from outcomes.forms import ProtocolForm, TimepointFormSet
from outcomes.forms.protocols import TECHNIQUE, BaseTimepointFormSet, ask_choices, initial_of, written
from outcomes.ladders import Step
from outcomes.models import AssignedInstrument, LadderStep
from outcomes.starter import TIMEPOINTS
from treatments.forms.rows import ADD, REMOVE, with_rows
from treatments.models import Protocol

ROWS = "timepoints"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.PROTOCOL_PUBLISH)
def protocol_new(request: HttpRequest) -> HttpResponse:
    """A new protocol; with ``?from=`` the next version of one, filled in as that one is."""
    source = _source(request)
    data = request.POST if request.method == "POST" else None
    changes_rows = bool(data) and (ADD in data or REMOVE in data)
    if changes_rows:
        data = with_rows(data)
    form, rows = _forms(request, source, data)
    is_sent = bool(data) and not changes_rows
    if is_sent and form.is_valid() and rows.is_valid():
        made = _published(request, form, rows, source)
        if made:
            messages.success(request, f"Published: {made}.")
            return redirect("protocol", made.public_id)
    context = {"section": "setup", "form": form, "rows": rows, "source": source, "is_checked": is_sent}
    context["kept"] = _kept_words(source)
    return render(request, "outcomes/protocol_new.html", context, status=422 if is_sent else 200)


def _source(request: HttpRequest) -> Protocol | None:
    wanted = request.GET.get("from", "")
    if not wanted:
        return None
    mine = Protocol.objects.visible_to(request.user).filter(clinic=request.clinic).select_related("treatment_type")
    source = next((row for row in mine if str(row.public_id) == wanted), None)
    if source is None:
        raise Http404
    return source


def _forms(request: HttpRequest, source: Protocol | None, data: Any) -> tuple[ProtocolForm, BaseTimepointFormSet]:
    asked = _asked(source)
    why_not = why_not_asked(request.clinic, on=timezone.localdate())
    choices = ask_choices(askable(request.clinic.pk), [one for asks in asked.values() for one in asks], why_not)
    form = ProtocolForm(data, clinic=request.clinic, initial=initial_of(source) if source else None)
    rows = TimepointFormSet(data, prefix=ROWS, initial=_initial_rows(source, asked), form_kwargs={"asks": choices})
    return form, rows


def _asked(source: Protocol | None) -> dict[int, list[Asked]]:
    asked: dict[int, list[Asked]] = {}
    if source:
        for row in AssignedInstrument.objects.filter(timepoint__protocol=source).order_by("position"):
            asked.setdefault(row.timepoint_id, []).append(Asked(row.instrument, row.region))
    return asked


def _initial_rows(source: Protocol | None, asked: dict[int, list[Asked]]) -> list[dict[str, Any]]:
    if source is None:
        return [plan._asdict() for plan in TIMEPOINTS]
    days = ("name", "target_day", "opens_day", "closes_day")
    return [
        {**{name: getattr(row, name) for name in days}, "instruments": list(map(written, asked.get(row.pk, [])))}
        for row in source.timepoints.order_by("opens_day", "pk")
    ]


def _kept(source: Protocol | None) -> dict[str, dict[str, Any]]:
    """What a version plans that the form does not show."""
    shown = set(TECHNIQUE.values())
    technique = source.technique if source else {}
    parts = {
        part: {name: value for name, value in fields.items() if (part, name) not in shown}
        for part, fields in technique.items()
    }
    return {part: fields for part, fields in parts.items() if fields}


def _kept_words(source: Protocol | None) -> str:
    return ", ".join(name.replace("_", " ") for fields in _kept(source).values() for name in fields)


Window = tuple[str, int, int]


def _ladders(source: Protocol | None) -> dict[Window, list[Step]]:
    """How the earlier version asks, which the form does not show either."""
    ladders: dict[Window, list[Step]] = {}
    for row in LadderStep.objects.filter(timepoint__protocol=source).select_related("timepoint"):
        one = row.timepoint
        ladders.setdefault((one.name, one.opens_day, one.closes_day), []).append(row.as_step())
    return ladders


def _as_before(moment: Moment, ladders: dict[Window, list[Step]]) -> Moment:
    """A timepoint with the same window is asked as it was."""
    one = moment.timepoint
    return moment._replace(ladder=ladders.get((one.name, one.opens_day, one.closes_day)))


def _published(
    request: HttpRequest, form: ProtocolForm, rows: BaseTimepointFormSet, source: Protocol | None
) -> Protocol | None:
    """The new version; None when a rule is broken, which then stands beside its field."""
    treatment_type = form.cleaned_data["treatment_type"]
    is_same_kind = source is not None and source.treatment_type.modality == treatment_type.modality
    filled = [row for row in rows if row.cleaned_data]
    ladders = _ladders(source)
    try:
        return publish_protocol(
            treatment_type=treatment_type,
            name=form.cleaned_data["name"],
            moments=[_as_before(row.moment(), ladders) for row in filled],
            plan=form.plan(_kept(source) if is_same_kind else {}),
            at=timezone.now(),
            by=request.user,
        )
    except RuleBroken as broken:
        _show(broken, form, filled)
        return None


def _show(broken: RuleBroken, form: ProtocolForm, rows: list[Any]) -> None:
    kind, _, place = (broken.field or "").partition(".")
    number, _, name = place.partition(".")
    if kind == ROWS and number:
        rows[int(number)].add_error(name, broken.message)
    else:
        form.add_error(form.field_of(broken.field or ""), broken.message)
