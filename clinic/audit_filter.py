"""Which entries of the audit trail are asked for, and fifty of them at a time."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet

from clinic.models import AccessEvent, AuditSeal, Clinic, User

SIZE = 50
Kind = AccessEvent.Kind
CHANGES = ("insert", "update", "delete")
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "changes": ("Changes", CHANGES),
    "reads": ("Reads and lists", (Kind.READ, Kind.LISTED, Kind.SEARCHED)),
    "exports": ("Exports", (Kind.EXPORTED, Kind.EXPORT_ENDED)),
    "sign-ins": ("Signing in and out", (Kind.SIGNED_IN, Kind.SIGN_IN_FAILED, Kind.SIGNED_OUT)),
    "refusals": ("Refusals", (Kind.DENIED, Kind.LIMITED, Kind.SIGN_IN_FAILED)),
    "erasures": ("Erasures", (Kind.ERASED,)),
}


class AuditForm(forms.Form):
    """What the page can be narrowed to."""

    person = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Everybody")
    kind = forms.ChoiceField(
        choices=[("", "Everything"), *((code, word) for code, (word, _) in KINDS.items())], required=False
    )
    first = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(required=False, label="Until", widget=forms.DateInput(attrs={"type": "date"}))
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = User.objects.filter(memberships__clinic=clinic).order_by("full_name").distinct()
        self.clinic = clinic

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "“Until” must not be before “From”.")
        return cleaned

    def narrowed(self, seals: QuerySet[AuditSeal]) -> QuerySet[AuditSeal]:
        """The clinic's entries that fit, the newest first."""
        asked, zone = self.cleaned_data, ZoneInfo(self.clinic.time_zone)
        seals = seals.filter(clinic=self.clinic).order_by("-number")
        if asked["person"]:
            seals = seals.filter(user=asked["person"])
        if asked["kind"]:
            seals = seals.filter(kind__in=KINDS[asked["kind"]][1])
        if asked["first"]:
            seals = seals.filter(at__gte=dt.datetime.combine(asked["first"], dt.time(), zone))
        if asked["last"] and asked["last"] < dt.date.max:
            seals = seals.filter(at__lt=dt.datetime.combine(asked["last"] + dt.timedelta(days=1), dt.time(), zone))
        if asked["patient"]:
            seals = seals.filter(patient_id__in=self.patients().values("pk"))
        return seals

    def patients(self) -> QuerySet[Any]:
        """The one patient who is asked for."""
        subject = apps.get_model(settings.SUBJECT_MODEL)
        found: QuerySet[Any] = subject._default_manager.filter(
            clinic=self.clinic, public_id=self.cleaned_data["patient"]
        )
        return found


@dataclass(frozen=True)
class Part:
    """Fifty entries, and the number before which the next fifty begin; None at the end."""

    seals: list[AuditSeal]
    older: int | None


def part_of(seals: QuerySet[AuditSeal], before: str) -> Part:
    """The entries before a number as it stands in an address; what is no number means the newest."""
    if before.isascii() and before.isdigit() and len(before) < 16:
        seals = seals.filter(number__lt=int(before))
    rows = list(seals.select_related("user")[: SIZE + 1])
    return Part(rows[:SIZE], rows[SIZE - 1].number if len(rows) > SIZE else None)


def in_parts(seals: QuerySet[AuditSeal], size: int = 500) -> Iterator[list[AuditSeal]]:
    """All of them, some hundred at a time, so that memory stays flat."""
    seals = seals.select_related("user")
    rows = list(seals[:size])
    while rows:
        yield rows
        rows = list(seals.filter(number__lt=rows[-1].number)[:size])
