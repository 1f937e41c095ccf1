"""``create_clinic NAME --sender-name … --phone …``: a real clinic with the starter protocols."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from clinic.actions import create_clinic
from clinic.management.operator import OperatorCommand
from clinic.models import Clinic
from clinic.time_zones import every_time_zone
from outcomes.starter import install_starter_protocols, install_starter_set
from outcomes.text_rules import sender_problems
from patients.starter import install_consent_documents


class Command(OperatorCommand):
    help = "Make a clinic with the starter protocols for PRP, stem cell and exosome treatments."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what staff see")
        parser.add_argument("--sender-name", required=True, help="what patients see in messages; never a specialty")
        parser.add_argument("--phone", required=True, help="the number patients may call")
        parser.add_argument("--time-zone", default="America/Chicago", help="like America/Chicago (default)")

    def handle(self, *, name: str, sender_name: str, phone: str, time_zone: str, **options: Any) -> None:
        details: dict[str, Any] = {"name": name, "sender_name": sender_name, "phone": phone, "time_zone": time_zone}
        if time_zone not in every_time_zone():
            raise CommandError(f"There is no time zone {time_zone!r}; write it like America/Chicago.")
        try:
            Clinic(**details).full_clean()
        except ValidationError as error:
            raise CommandError(
                " ".join(f"{field}: {' '.join(said)}" for field, said in error.message_dict.items())
            ) from None
        for problem in sender_problems(sender_name):
            raise CommandError(problem.message)
        with transaction.atomic():
            clinic = create_clinic(**details)
            install_starter_protocols(clinic=clinic)
            install_starter_set(clinic=clinic, at=timezone.now())
            install_consent_documents(clinic=clinic, at=timezone.now())
        self.stdout.write(
            f"Made the clinic {clinic} ({clinic.public_id}). Next: add_member {name!r} EMAIL --role manager"
        )
