"""``manage.py create_api_token EMAIL --name NAME``: a key for a program, printed once."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from clinic.actions import create_api_token
from clinic.management.operator import OperatorCommand
from clinic.models import Clinic, User
from clinic.permissions import Permission


class Command(OperatorCommand):
    """The key alone goes to standard output, so that a script can keep it; the rest goes to standard error."""

    help = "Make an API token that acts as this person, and print its key. The key cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the person's login")
        parser.add_argument("--name", required=True, help="which program will use it, at most 80 characters")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].strip()
        if not 1 <= len(name) <= 80:
            raise CommandError("--name needs 1 to 80 characters.")
        user = User.objects.filter(email=options["email"].lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody who may sign in has the login {options['email']}.")
        if not Clinic.objects.granting(user, Permission.API_USE).exists():
            raise CommandError(f"{user.email} has no role at a clinic yet: a token could see nothing.")
        token, key = create_api_token(user=user, name=name, at=timezone.now())
        self.stderr.write(f"“{token.name}” acts as {user.email} until {token.expires_at:%-d %b %Y}. Keep its key safe:")
        self.stdout.write(key)
