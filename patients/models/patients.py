"""Who is treated, how to reach them, and whether we may."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, GeneratedField, Q, Value, When
from django.db.models.functions import Concat, Lower

from clinic import names
from clinic.history import history
from clinic.models import ClinicRow, ClinicRowQuerySet, User

# What stands in place of the family name once it is erased; the given name is then the start of ``public_id``.
ERASED_NAME = "Erased patient"


class Fold(models.Func):
    """Lower case without accents, by the immutable SQL function of migration 0001."""

    function = "mendline_fold"
    output_field = models.TextField()


class Digits(models.Func):
    """The digits of a text and nothing else, so that a phone number is found however it is written."""

    template = r"regexp_replace(%(expressions)s, '\D', '', 'g')"
    output_field = models.TextField()


def _words(*parts: F | models.Expression) -> models.Expression:
    """The parts with a blank before each: a pattern that begins with a blank matches at the start of a word."""
    return Concat(*[piece for part in parts for piece in (Value(" "), part)], output_field=models.TextField())


EMAIL, SMS = "email", "sms"


def reachable_by(channel: str, path: str = "") -> Q:
    """Whether messages on this channel can reach the patient at ``path``; the same rule as ``Patient.channels``."""
    if channel == SMS and not settings.SMS_URL:
        return Q(pk__in=[])
    contact, flags = (
        ("email", ("stopped_at", "bounced_at")) if channel == EMAIL else ("phone", ("stopped_at", "failed_at"))
    )
    unflagged = Q(**{f"{path}{channel}_{flag}": None for flag in flags})
    return ~Q(**{f"{path}{contact}": ""}) & unflagged


# For the few whom no e-mail reaches, so that they are found without looking at everybody.
UNREACHED_BY_EMAIL = Q(email="") | Q(email_stopped_at__isnull=False) | Q(email_bounced_at__isnull=False)


def first_channel(path: str = "") -> Case:
    """The first of ``Patient.channels`` as an expression; empty when there is none."""
    by_email, by_sms = reachable_by(EMAIL, path), reachable_by(SMS, path)
    return Case(
        When(by_sms & Q(**{f"{path}preferred_channel": SMS}), then=Value(SMS)),
        When(by_email, then=Value(EMAIL)),
        When(by_sms, then=Value(SMS)),
        default=Value(""),
        output_field=models.CharField(),
    )


class PatientQuerySet(ClinicRowQuerySet):
    def visible_to(self, user: User) -> Self:
        """Records of people: one that was merged into another is not among them. See ``Patient.also_merged``."""
        return super().visible_to(user).filter(merged_into=None)

    def agreed(self) -> Self:
        """Alive, and consent to contact is given, neither withdrawn nor overtaken by a new version."""
        standing = self.filter(merged_into=None, died_on=None)
        return standing.filter(consented_at__isnull=False, withdrawn_at=None, contact_lapsed_at=None)

    def contactable(self) -> Self:
        """Agreed to contact, and a message can reach them."""
        return self.agreed().filter(reachable_by(EMAIL) | reachable_by(SMS))

    def unreached(self) -> Self:
        """Agreed to contact, and no message can reach them."""
        return self.agreed().filter(UNREACHED_BY_EMAIL).exclude(reachable_by(SMS))

    def answerable(self) -> Self:
        """Answers may be taken: the outcome registry was not withdrawn, nor does a new version of it wait."""
        return self.filter(registry_stopped_at=None)


@history()
class Patient(ClinicRow):
    """A person receiving care at one clinic."""

    class Sex(models.TextChoices):
        FEMALE = "F", "Female"
        MALE = "M", "Male"
        OTHER = "O", "Other"
        UNKNOWN = "", "Not recorded"

    class Channel(models.TextChoices):
        EMAIL = EMAIL, "E-mail"
        SMS = SMS, "Text message"

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        SPANISH = "es", "Español"

    class AllergyStatus(models.TextChoices):
        KNOWN = "known", "Has allergies"
        NONE = "none", "None known"
        NOT_ASKED = "", "Not asked"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    chart_number = models.CharField(max_length=40)
    given_name = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    born_on = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    allergy_status = models.CharField(
        max_length=5, choices=AllergyStatus.choices, blank=True, default="", db_default=""
    )
    allergies = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="To what, and how it showed."
    )
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    time_zone = models.CharField(max_length=60, blank=True, help_text="Where it is not the clinic's.")
    preferred_channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.EMAIL)
    email_stopped_at = models.DateTimeField(null=True, help_text="The patient wants no more e-mail.")
    email_bounced_at = models.DateTimeField(null=True, help_text="The address takes no mail.")
    sms_stopped_at = models.DateTimeField(null=True, help_text="The patient wants no more text messages.")
    sms_failed_at = models.DateTimeField(
        null=True, help_text="The number takes no text messages, or is another person's."
    )
    died_on = models.DateField(null=True)
    died_recorded_at = models.DateTimeField(null=True)
    died_recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    consented_at = models.DateTimeField(null=True)
    consented_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    contact_lapsed_at = models.DateTimeField(
        null=True, help_text="A new version of the contact document waits to be signed."
    )
    registry_stopped_at = models.DateTimeField(
        null=True, help_text="The outcome registry was withdrawn, or a new version of it waits to be signed."
    )
    registry_left_at = models.DateTimeField(null=True)
    registry_left_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    erases_answers_at = models.DateTimeField(
        null=True, help_text="The patient left a registry that then erases: no answer given up to here is kept."
    )
    erased_at = models.DateTimeField(null=True, help_text="Who this was is gone for good; what was done stays.")
    erased_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    erasure_reason = models.CharField(
        max_length=2000, blank=True, db_default="", help_text="Why, without the patient's name."
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="merged_from",
        help_text="The record of the same person that is kept.",
    )
    is_imported = models.BooleanField(default=False)
    age_at_import = models.PositiveSmallIntegerField(null=True, help_text="Years, where the source has no birth date.")
    age_band = models.CharField(max_length=20, blank=True, help_text="As the source gives it.")
    search_text = GeneratedField(
        expression=Fold(
            _words(F("family_name"), F("given_name"), F("chart_number"), F("email"), F("phone"), Digits(F("phone")))
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PatientQuerySet.as_manager()
    # Whose ``visible_to`` shows records that were merged into another, too.
    also_merged = ClinicRowQuerySet.as_manager()

    class Privacy:
        personal: ClassVar[set[str]] = {
            *("chart_number", "given_name", "family_name", "born_on", "email", "phone", "search_text"),
            *("age_at_import", "age_band", "died_on", "allergy_status", "allergies"),
        }
        plain: ClassVar[set[str]] = {
            *(
                "id",
                "public_id",
                "clinic",
                "sex",
                "language",
                "time_zone",
                "registered_at",
                "registered_by",
                "is_imported",
            ),
            *("preferred_channel", "email_stopped_at", "email_bounced_at", "sms_stopped_at", "sms_failed_at"),
            *("died_recorded_at", "died_recorded_by"),
            *("consented_at", "consented_by", "withdrawn_at", "withdrawn_by"),
            *("contact_lapsed_at", "registry_stopped_at", "registry_left_at", "registry_left_by"),
            *("erases_answers_at", "erased_at", "erased_by", "erasure_reason", "merged_into"),
        }

    class Meta:
        ordering = ("family_name", "given_name", "chart_number")
        constraints = (
            models.UniqueConstraint("clinic", "chart_number", name="patient_once_per_chart_number"),
            models.CheckConstraint(
                name="patient_withdraws_only_after_consent",
                condition=Q(withdrawn_at=None) | Q(consented_at__isnull=False),
            ),
            models.CheckConstraint(
                name="patient_has_a_name_or_is_imported", condition=Q(is_imported=True) | ~Q(family_name="")
            ),
            models.CheckConstraint(
                name="patient_stays_erased",
                condition=Q(erased_at=None)
                | Q(family_name=ERASED_NAME, email="", phone="", born_on=None, age_at_import=None, age_band="")
                & Q(allergy_status="", allergies=""),
            ),
            models.CheckConstraint(
                name="patient_says_which_allergies",
                condition=Q(allergy_status="known") & ~Q(allergies="")
                | Q(allergy_status__in=["", "none"], allergies=""),
            ),
            models.CheckConstraint(
                name="patient_is_erased_for_a_reason", condition=Q(erased_at=None) | ~Q(erasure_reason="")
            ),
            models.CheckConstraint(
                name="patient_is_not_merged_into_itself", condition=Q(merged_into=None) | ~Q(merged_into=F("id"))
            ),
        )
        indexes = (
            # For patients.search: any part of a name, chart number, address or phone number.
            GinIndex(name="patient_search", fields=["search_text"], opclasses=["gin_trgm_ops"]),
            # For patients.search by date of birth, and in the order of folded names, whatever the database's collation.
            models.Index(name="patient_born", fields=["clinic", "born_on"]),
            models.Index(name="patient_in_order", fields=["clinic", "search_text", "id"]),
            # For the API's list, which walks in this order.
            models.Index(name="patient_as_registered", fields=["registered_at", "id"]),
            # For the SQL function patients_share_an_address: whoever else is reached there.
            models.Index("clinic", Lower("email"), name="patient_by_email", condition=~Q(email="")),
            models.Index("clinic", Digits("phone"), name="patient_by_phone", condition=~Q(phone="")),
            # For PatientQuerySet.unreached, in the order of the list.
            models.Index(
                name="patient_unreached", fields=["clinic", "search_text", "id"], condition=UNREACHED_BY_EMAIL
            ),
            # For outcomes.actions.erase_withdrawn, which looks at every tick for the few who left.
            models.Index(name="patient_erases", fields=["id"], condition=Q(erases_answers_at__isnull=False)),
        )

    def __str__(self) -> str:
        """How a page calls the patient: initials and chart number while names are hidden."""
        if names.are_hidden() and self.family_name not in ("", ERASED_NAME):
            return f"{names.initials_of(self.given_name, self.family_name)} {self.chart_number}"
        return self.name

    @property
    def name(self) -> str:
        """Family name first; for papers, which have to say whose they are."""
        return f"{self.family_name}, {self.given_name}" if self.family_name else self.chart_number

    @property
    def has_agreed(self) -> bool:
        """The same rule as ``PatientQuerySet.agreed``, for one loaded row."""
        stopped = self.withdrawn_at or self.contact_lapsed_at or self.died_on or self.merged_into_id
        return bool(self.consented_at and not stopped)

    @property
    def may_be_contacted(self) -> bool:
        """The same rule as ``PatientQuerySet.contactable``, for one loaded row."""
        return self.has_agreed and bool(self.channels)

    @property
    def channels(self) -> tuple[str, ...]:
        """On which messages can reach this patient, the preferred one first."""
        by_email = self.email and not self.email_stopped_at and not self.email_bounced_at
        by_sms = settings.SMS_URL and self.phone and not self.sms_stopped_at and not self.sms_failed_at
        usable = [channel for channel, is_usable in ((EMAIL, by_email), (SMS, by_sms)) if is_usable]
        return tuple(sorted(usable, key=lambda channel: channel != self.preferred_channel))
