"""A clinic to try an import in, asked about its outcomes the way a program asks: over the REST API with a token."""

import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.utils import timezone
from psycopg2 import sql

from clinic.actions import add_member, create_api_token, create_clinic
from clinic.permissions import Role
from outcomes.history.cases import Figures, Place
from outcomes.models import ImportedInstrument, Outcome, OutcomeTally, Score
from outcomes.starter import install_starter_protocols
from patients.models import Patient
from patients.starter import install_consent_documents
from treatments.actions import treatment_types_for
from treatments.models import Course, TreatmentType

TABLES = (Patient, TreatmentType, Course, ImportedInstrument, Score, Outcome, OutcomeTally)

Answers = dict[Place, Figures]


class TrialClinic:
    """A new clinic with the starter protocols, and its manager's token."""

    def __init__(self, name: str) -> None:
        mark = secrets.token_hex(4)
        self.clinic = create_clinic(
            name=f"{name[:100]} {mark}", sender_name="Trial", phone="512-555-0100", time_zone="America/Chicago"
        )
        install_starter_protocols(clinic=self.clinic)
        install_consent_documents(clinic=self.clinic, at=timezone.now())
        manager = add_member(
            clinic=self.clinic, email=f"{mark}@example.org", full_name="Trial", role=Role.MANAGER, password=None
        )
        _token, key = create_api_token(membership=manager.memberships.get(), name="trial", at=timezone.now())
        self._client = Client(SERVER_NAME=settings.SITE.hostname, HTTP_AUTHORIZATION=f"Bearer {key}")

    def labels(self, words: Iterable[str]) -> dict[str, str]:
        """A source's word for a treatment → the label that reports show, for those the clinic has."""
        types = treatment_types_for(clinic=self.clinic, words=words)
        return {word: found.label for word, found in types.items() if found}

    def answers(self, instruments: Iterable[str]) -> Answers:
        """Every row of the outcome report of each instrument, by treatment."""
        return {place: figures for instrument in instruments for place, figures in self._rows(instrument)}

    def ask(self, report: str, **question: str) -> dict[str, Any]:
        """What the REST API answers to this question about the clinic, by the name of a report."""
        path = f"/api/v1/reports/{report}/"
        asked = {**question, "clinic": str(self.clinic.public_id), "format": "json"}
        answer = self._client.get(path, asked, secure=settings.IS_HTTPS)
        if answer.status_code != 200:
            raise CommandError(f"{path} answered {answer.status_code} to {asked}: {answer.content.decode()}")
        found: dict[str, Any] = answer.json()
        return found

    def state(self) -> list[tuple[int, str]]:
        """How many rows each table has of this clinic, and a checksum of all that is in them."""
        return [self._fingerprint(model._meta.db_table) for model in TABLES]

    def _rows(self, instrument: str) -> Iterator[tuple[Place, Figures]]:
        report = self.ask("outcomes", instrument=instrument, group_by="treatment")
        labels = {group["key"]: group["label"] for group in report["groups"]}
        for row in report["rows"]:
            yield Place(instrument, labels[row["group"]], row["timepoint"]), _figures(row)

    def _fingerprint(self, table: str) -> tuple[int, str]:
        statement = sql.SQL(
            "SELECT count(*), md5(string_agg(one::text, E'\\n' ORDER BY one.id)) FROM {} one WHERE clinic_id = %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement.format(sql.Identifier(table)), [self.clinic.pk])
            count, checksum = cursor.fetchone()
        return count, checksum


def _figures(row: dict[str, Any]) -> Figures:
    mean, change = row["mean"], row["change"]
    low, high = mean["ci"] or (None, None)
    low_change, high_change = change["ci"] or (None, None)
    level = {"n": row["n"], "mean": mean["value"], "sd": mean["sd"], "se": mean["se"], "ci_low": low, "ci_high": high}
    return level | {
        "n_pairs": change["n"],
        "mean_change": change["value"],
        "sd_change": change["sd"],
        "ci_low_change": low_change,
        "ci_high_change": high_change,
    }
