"""``manage.py create_api_token EMAIL --name NAME``: a key for a program, printed once."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from clinic.actions import LIVES, TokenRefused, create_api_token
from clinic.management.lookups import clinic_named
from clinic.management.operator import OperatorCommand
from clinic.models import Membership, User
from clinic.permissions import Permission, Role, roles_with


class Command(OperatorCommand):
    """The key alone goes to standard output, so that a script can keep it; the rest goes to standard error."""

    help = "Make an API token that acts as this person at one clinic, and print its key. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the person's login")
        parser.add_argument("--name", required=True, help="which program will use it, at most 80 characters")
        parser.add_argument("--clinic", help="name or public id; needed for somebody who works at several")
        parser.add_argument(
            "--role", choices=list(Role), help="a role within the person's own, which it is if not given"
        )
        parser.add_argument("--read-only", action="store_true", help="the program changes nothing")
        parser.add_argument("--days", type=int, choices=LIVES, default=max(LIVES), help="how long it works")

    def handle(self, *, email: str, name: str, role: str | None, read_only: bool, days: int, **options: Any) -> None:
        name = name.strip()
        if not 1 <= len(name) <= 80:
            raise CommandError("--name needs 1 to 80 characters.")
        membership = _membership(email, options["clinic"])
        chosen = Role(role) if role else None
        try:
            token, key = create_api_token(
                membership=membership, name=name, role=chosen, may_write=not read_only, days=days, at=timezone.now()
            )
        except TokenRefused as refused:
            raise CommandError(refused.message) from None
        may = "reads and writes" if token.may_write else "reads"
        self.stderr.write(
            f"“{token.name}” {may} as {token.get_role_display().lower()} at {membership.clinic} for {membership.user.email} "
            f"until {token.expires_at:%-d %b %Y}. Keep its key safe:"
        )
        self.stdout.write(key)


def _membership(email: str, clinic: str | None) -> Membership:
    user = User.objects.filter(email=email.lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody who may sign in has the login {email}.")
    mine = Membership.objects.filter(user=user, role__in=roles_with(Permission.API_USE)).select_related(
        "clinic", "user"
    )
    found = list(mine.filter(clinic=clinic_named(clinic)) if clinic else mine)
    if not found:
        raise CommandError(
            f"{user.email} has no role {'there' if clinic else 'at a clinic'} yet: a token could see nothing."
        )
    if len(found) > 1:
        names = ", ".join(one.clinic.name for one in found)
        raise CommandError(f"{user.email} works at several clinics. Choose one with --clinic: {names}.")
    return found[0]
