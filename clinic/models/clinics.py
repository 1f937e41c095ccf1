"""Clinics, the people who work there, and who may do what where."""

import uuid
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from clinic.history import history
from clinic.permissions import GRANTS, Limits, Permission, Role, roles_with


def memberships_within_limits(user: "User") -> models.QuerySet["Membership"]:
    """Where this person works and as what; for a program, only at its token's clinic."""
    mine = Membership.objects.filter(user_id=user.pk)
    return mine.filter(clinic_id=user.limits.clinic_id) if user.limits else mine


def memberships_granting(user: "User", permission: Permission) -> models.QuerySet["Membership"]:
    """Those whose role grants ``permission``, if the token's role does, too. Every question of permission ends here."""
    if user.limits and permission not in GRANTS[user.limits.role]:
        return Membership.objects.none()
    return memberships_within_limits(user).filter(role__in=roles_with(permission))


def clinics_granting(user: "User", permission: Permission) -> models.QuerySet:
    """Ids of the clinics where ``user`` holds a role that grants ``permission``; for use as a subquery."""
    return memberships_granting(user, permission).values("clinic_id")


class ClinicQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """The clinics this person belongs to, in whatever role."""
        return self.filter(pk__in=memberships_within_limits(user).values("clinic_id"))

    def granting(self, user: "User", permission: Permission) -> Self:
        """The clinics where this person may do what ``permission`` says."""
        return self.filter(pk__in=clinics_granting(user, permission))


@history(without=("sending_checked_at", "oldest_unsent_at"))
class Clinic(models.Model):
    """One practice: its own patients, protocols, calendar and sender name."""

    class RecipientCheck(models.TextChoices):
        OFF = "off", "Nothing: the link is enough"
        YEAR = "year", "The year of birth"
        DATE = "date", "The date of birth"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    sender_name = models.CharField(max_length=60, help_text="Neutral name patients see; never a specialty.")
    phone = models.CharField(max_length=30)
    time_zone = models.CharField(max_length=60, default="America/Chicago")
    send_from_hour = models.PositiveSmallIntegerField(default=9, help_text="Local hour from which messages may go out.")
    send_until_hour = models.PositiveSmallIntegerField(default=20, help_text="Local hour after which none go out.")
    sends_on_weekends = models.BooleanField(
        default=False, help_text="Otherwise messages wait for Monday, unless the time to answer is over by then."
    )
    messages_a_day = models.PositiveSmallIntegerField(default=1, help_text="To one patient, whatever they are about.")
    messages_a_week = models.PositiveSmallIntegerField(default=3, help_text="To one patient in any seven days.")
    sms_sender = models.CharField(
        max_length=20,
        blank=True,
        help_text="The number text messages come from, like +15125550100; empty: the shared one.",
    )
    sending_checked_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was last looked at what is due to be sent."
    )
    oldest_unsent_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when the oldest message that could go out has waited, as of then.",
    )
    keeps_withdrawn_answers = models.BooleanField(
        default=True, help_text="Whether earlier answers stay in reports when a patient leaves the outcome registry."
    )
    shows_curve_on_tablet = models.BooleanField(
        default=False, help_text="Whether the clinic's tablet shows patients their curve, which others may see, too."
    )
    keeps_patients_years = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Years after the last contact for which a patient's identity is kept; empty: for good.",
    )
    recipient_check = models.CharField(
        max_length=4,
        choices=RecipientCheck.choices,
        default=RecipientCheck.OFF,
        help_text="What whoever opens a survey's link has to know of the patient.",
    )
    messages_held_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since then nothing is sent: the data came from a backup, and others may send already.",
    )
    on_call_email = models.EmailField(
        max_length=254, blank=True, help_text="Told at once of an answer that needs a person; empty: every clinician."
    )
    second_on_call_email = models.EmailField(
        max_length=254,
        blank=True,
        help_text="Told when nobody took it on for four working hours; empty: every clinician.",
    )
    emergency_number = models.CharField(max_length=20, default="911", help_text="As patients dial it here.")
    crisis_line = models.CharField(
        max_length=20, blank=True, default="988", help_text="For thoughts of suicide, as patients dial it here."
    )
    queue_confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then somebody watches red flags in office hours."
    )
    queue_confirmed_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    sends_monthly_report = models.BooleanField(
        default=False, help_text="Whether a report is kept on the 2nd of each month, and managers get a link to it."
    )
    needs_time_out = models.BooleanField(
        default=False, help_text="Whether five points are confirmed before a session can be logged."
    )
    is_demo = models.BooleanField(default=False)
    version = models.PositiveIntegerField(
        default=1, help_text="Counts changes of details and sending hours, so that nobody overwrites another's."
    )

    objects = ClinicQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "public_id", "name", "sender_name", "phone", "time_zone"),
            *("send_from_hour", "send_until_hour", "keeps_withdrawn_answers", "keeps_patients_years"),
            *("is_demo", "messages_held_at", "sends_on_weekends", "messages_a_day", "messages_a_week", "sms_sender"),
            *("sending_checked_at", "oldest_unsent_at", "on_call_email", "second_on_call_email", "emergency_number"),
            *("crisis_line", "queue_confirmed_at", "queue_confirmed_by", "recipient_check"),
            *("shows_curve_on_tablet", "sends_monthly_report", "needs_time_out", "version"),
        }

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="clinic_sends_within_one_day",
                condition=Q(send_from_hour__lt=models.F("send_until_hour"), send_until_hour__lte=24),
            ),
            models.CheckConstraint(
                name="clinic_sends_a_few_messages",
                condition=Q(messages_a_day__range=(1, 5), messages_a_week__range=(models.F("messages_a_day"), 20)),
            ),
            models.CheckConstraint(
                name="clinic_keeps_patients_for_some_years",
                condition=Q(keeps_patients_years=None) | Q(keeps_patients_years__range=(1, 100)),
            ),
            models.CheckConstraint(
                name="clinic_queue_is_confirmed_by_somebody",
                condition=Q(queue_confirmed_at=None, queue_confirmed_by=None)
                | Q(queue_confirmed_at__isnull=False, queue_confirmed_by__isnull=False),
            ),
            models.CheckConstraint(name="clinic_has_an_emergency_number", condition=~Q(emergency_number="")),
            models.CheckConstraint(
                name="clinic_has_known_recipient_check", condition=Q(recipient_check__in=["off", "year", "date"])
            ),
        )

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager):
    def get_by_natural_key(self, email: str | None) -> "User":
        """The account with this e-mail address, whatever its capitals."""
        user: User = User.objects.get(email=(email or "").lower())
        return user


@history(without=("last_login", "password"))
class User(AbstractBaseUser):
    """Somebody who works at one or more clinics and logs in with an e-mail address.

    ``limits`` is set on the one object that stands for a program with a token, never stored.
    """

    limits: Limits | None = None

    email = models.EmailField(max_length=254, unique=True, help_text="Always lower case.")
    full_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Privacy:
        personal: ClassVar[set[str]] = {"email", "full_name", "password"}
        plain: ClassVar[set[str]] = {"id", "is_active", "last_login"}

    class Meta:
        constraints = (models.CheckConstraint(name="user_email_is_lower_case", condition=Q(email=Lower("email"))),)

    def __str__(self) -> str:
        return self.full_name


@history()
class Membership(models.Model):
    """The role a person has at one clinic."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])

    class Privacy:
        personal: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "user", "clinic", "role"}

    class Meta:
        constraints = (
            models.UniqueConstraint("user", "clinic", name="membership_once_per_clinic"),
            models.CheckConstraint(name="membership_has_known_role", condition=Q(role__in=[r.value for r in Role])),
        )

    def __str__(self) -> str:
        return f"{self.user_id} at {self.clinic_id}: {self.role}"
