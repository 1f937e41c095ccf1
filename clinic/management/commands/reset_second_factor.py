"""``reset_second_factor EMAIL``: for a clinic whose only manager lost phone and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from clinic.actions.letters import Kind, queue_letter
from clinic.actions.second_factors import forget_second_factors
from clinic.management.operator import OperatorCommand
from clinic.models import User


class Command(OperatorCommand):
    """The server's operator stands in for the two managers; the person is told as usual."""

    help = "Let somebody set up a new second factor. Make sure first, in person, who asks for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the person's login")

    def handle(self, *, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody who may sign in has the login {email}.")
        with transaction.atomic():
            forget_second_factors(user=user)
            about = (
                "Whoever runs Mendline for your clinic has reset your second factor. You set up a new one next time."
            )
            queue_letter(kind=Kind.FACTOR_CHANGED, email=user.email, at=timezone.now(), about=about)
        self.stdout.write(f"{user.email} sets up a new second factor at the next sign-in; all sessions have ended.")
