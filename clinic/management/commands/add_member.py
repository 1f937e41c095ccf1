"""``add_member CLINIC EMAIL --name … --role …``: somebody who may log in, and what they are at a clinic."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email

from clinic.actions import add_member
from clinic.environment import optional
from clinic.management.lookups import clinic_named
from clinic.management.operator import OperatorCommand
from clinic.models import Membership, User
from clinic.permissions import Role


class Command(OperatorCommand):
    help = (
        "Give somebody a role at a clinic. A new account gets the password in MEMBER_PASSWORD (or in the file named by "
        "MEMBER_PASSWORD_FILE), else the one typed, else the first line of standard input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("clinic", help="name or public id")
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="full name; needed for a new account")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])

    def handle(self, *, clinic: str, email: str, name: str, role: str, **options: Any) -> None:
        where, address = clinic_named(clinic), self._checked_address(email)
        is_new = not User.objects.filter(email=address).exists()
        if is_new and not name.strip():
            raise CommandError("Say who it is: --name 'Full Name'.")
        password = self._new_password(User(email=address, full_name=name)) if is_new else None
        user = add_member(clinic=where, email=address, full_name=name.strip(), role=Role(role), password=password)
        account = "a new account" if is_new else "an account that was there; its name and password stay"
        label = Membership.objects.get(user=user, clinic=where).get_role_display()
        self.stdout.write(f"{address} is now {label.lower()} at {where} ({account}).")

    def _checked_address(self, email: str) -> str:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email!r} is not an e-mail address.") from None
        return email.lower()

    def _new_password(self, user: User) -> str:
        password = optional("MEMBER_PASSWORD") or _typed_password()
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password


def _typed_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise CommandError("The two passwords are not the same.")
    return password
