"""The demo clinic and who logs in to it. Fixed, so that a newcomer can be told; never present in a real clinic."""

from typing import NamedTuple

from clinic.permissions import Role


class DemoAccount(NamedTuple):
    """One login of the demo; the password is the same for all."""

    role: Role
    full_name: str
    email: str


DEMO_CLINIC_NAME = "Juniper Ridge Demo Clinic"
DEMO_SENDER_NAME = "Juniper Ridge office"
DEMO_PHONE = "512-555-0100"
DEMO_TIME_ZONE = "America/Chicago"
DEMO_PASSWORD = "juniper-ridge-demo"  # noqa: S105 - printed by `make run` for everybody to read
DEMO_ACCOUNTS = [
    DemoAccount(Role.FRONT_DESK, "Maya Okafor", "frontdesk@example.org"),
    DemoAccount(Role.CLINICIAN, "Dr. Hana Lee", "clinician@example.org"),
    DemoAccount(Role.MANAGER, "Ines Ferreira", "manager@example.org"),
    DemoAccount(Role.RESEARCHER, "Ken Nakamura", "researcher@example.org"),
]
