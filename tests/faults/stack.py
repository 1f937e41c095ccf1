"""Everything that Mendline is made of, as real processes of its own, to break one after another."""

import contextlib
import datetime as dt
import os
import re
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Q
from django.test import override_settings
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from clinic import append_only, database, scope, verifying
from clinic.actions import create_clinic, seal_audit
from clinic.embedded import ports, private
from clinic.embedded.account import unprivileged
from clinic.links import hash_link
from clinic.models import Clinic, User
from clinic.permissions import Role
from outcomes import actions
from outcomes.models import Delivery, SurveyLink
from patients.models import Patient
from tests.conftest import StaffClient, member
from tests.faults.invariants import broken_rules, wrong_entries
from tests.faults.programs import Program
from tests.faults.proxy import Proxy
from tests.faults.servers import Broker, Database, eventually
from tests.mail import MailSink
from tests.sms_provider import ACCOUNT, SECRET, SmsProvider
from tests.starters import furnish
from treatments.models import Course, FollowUp, Protocol, Timepoint

WORKER = "celery -A clinic worker --concurrency 1 --without-gossip --without-mingle --loglevel INFO --hostname {}@%h"
BEAT = "celery -A clinic beat --loglevel INFO --schedule {}"
WEB = (
    "gunicorn clinic.wsgi:application --config python:clinic.web_server --workers 2 --worker-class gthread --threads 4"
)
# Quick enough for tests, and slow enough for one tick to end before the next.
TICK = 2
SENDER = "+15125550100"
SETTLES_WITHIN = 60
HELD = ("claimed", "sending")


class Stack:
    """PostgreSQL, Redis behind a proxy, a mail server, a text message gateway, two workers, beat; and a web server for those who ask.

    Each test begins with one clinic, ``clinic``, which sends around the clock.
    """

    def __init__(self, rooms: contextlib.ExitStack) -> None:
        account = unprivileged()
        scratch = private.scratch_folder(rooms, account)
        self.folder = Path(rooms.enter_context(tempfile.TemporaryDirectory(prefix="mendline-faults-")))
        self.database = Database(scratch, account)
        rooms.callback(self.database.stop)
        self.redis = Broker(scratch, account)
        rooms.callback(self.redis.stop)
        self.wire = Proxy(self.redis.port)
        rooms.callback(self.wire.close)
        self.mail = MailSink()
        rooms.callback(self.mail.close)
        self.sms = SmsProvider()
        rooms.callback(self.sms.close)
        names = ("worker", "other_worker")
        self.workers = [Program(name, WORKER.format(name), self.environment, self.folder) for name in names]
        self.worker, self.other_worker = self.workers
        self.beats = [Program(name, BEAT.format(self.folder / name), self.environment, self.folder) for name in BEATS]
        self.beat, self.other_beat = self.beats
        for program in (*self.workers, *self.beats):
            rooms.callback(program.kill)
        self._rooms = rooms
        self._clinics = 0

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database.url,
            "DATABASE_OWNER_URL": self.database.owner_url,
            "REDIS_URL": self.redis.url(self.wire.port),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "SMS_URL": self.sms.url,
            "SMS_FROM": SENDER,
            "TICK_SECONDS": str(TICK),
            "DEMO": "0",
        }

    @cached_property
    def web(self) -> Program:
        """The web server, from its first use on."""
        self.web_port = ports.unused()
        web = Program("web", f"{WEB} --bind 127.0.0.1:{self.web_port}", self.environment, self.folder)
        web.start()
        self._rooms.callback(web.kill)
        assert eventually(lambda: "Listening at" in web.said())
        # The first page of each of its processes takes seconds.
        for _visit in range(8):
            requests.get(self.address("/login/"), timeout=60)
        return web

    # Between tests

    def fill(self) -> None:
        """The schema, from the tests' own database; see ``pointed_here``."""
        owner = urlsplit(os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"])
        self.database.fill_from(owner._replace(path=f"/{connection.settings_dict['NAME']}").geturl())
        with self.pointed_here(), database.as_owner(connection):
            database.grant_application_role()
            append_only.build(database.application_role())
            with connection.cursor() as cursor:
                for table in append_only.append_only_tables():
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER never_emptied")

    @contextlib.contextmanager
    def pointed_here(self) -> Iterator[None]:
        """Inside, this process and its threads work with the stack's database."""
        connection.close()
        kept = [(place, dict(place)) for place in (settings.DATABASES["default"], settings.DATABASE_OWNER)]
        for (place, _before), url in zip(kept, (self.database.url, self.database.owner_url), strict=True):
            address = urlsplit(url)
            place |= {"HOST": address.hostname, "PORT": address.port, "NAME": address.path[1:]}
            place |= {"USER": address.username, "PASSWORD": address.password}
        gateway = {"SMS_URL": self.sms.base, "SMS_ACCOUNT": ACCOUNT, "SMS_SECRET": SECRET, "SMS_FROM": SENDER}
        try:
            with override_settings(**gateway):
                yield
        finally:
            connection.close()
            for place, before in kept:
                place.clear()
                place.update(before)

    def make_whole(self) -> None:
        """Everything answers as usual, the tables are empty but for one new clinic, and nobody works yet: ``start``."""
        self.wire.is_silent, self.wire.delay = False, 0.0
        self.mail.answers.clear()
        self.mail.recipients.clear()
        self.mail.pause = 0.0
        self.sms.answers.clear()
        self.sms.accepted.clear()
        self.rest()
        self.redis.client().flushall()
        with database.as_owner(connection):
            assert eventually(self._is_emptied)
        self.clinic = self.add_clinic()
        self.by: User = member(self.clinic, Role.CLINICIAN, "Hana Lee")

    def _is_emptied(self) -> bool:
        """Whether the tables could be emptied now. Beat and the pages may be reading: nobody waits for whom it holds up."""
        with connection.cursor() as cursor:
            names = set(connection.introspection.table_names(cursor)) - {MigrationRecorder.Migration._meta.db_table}
            tables = ", ".join(sorted(names))
            try:
                with transaction.atomic():
                    cursor.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE NOWAIT")
                    cursor.execute(f"TRUNCATE {tables}")
            except OperationalError as error:
                if isinstance(error.__cause__, LockNotAvailable):
                    return False
                raise
        return True

    def add_clinic(self) -> Clinic:
        self._clinics += 1
        clinic = create_clinic(
            name=f"Clinic{self._clinics}", sender_name="Dr. Lee's office", phone="512-555-0134", time_zone="UTC"
        )
        furnish(clinic)
        Clinic.objects.filter(pk=clinic.pk).update(send_from_hour=0, send_until_hour=24, sends_on_weekends=True)
        return clinic

    def start(self, *programs: Program) -> None:
        """Beat and both workers, or some of them, unless they run."""
        for program in programs or (*self.workers, self.beat):
            program.start()
            program.thaw()

    def leave_alone(self, program: Program) -> None:
        """No other worker does anything until ``start``: frozen, because a start takes seconds."""
        program.kill()
        self.rest()

    def rest(self) -> None:
        """No worker does anything until ``start``; what they were doing is done."""
        for worker in self.workers:
            worker.freeze()
        assert eventually(self.is_idle)

    def is_idle(self) -> bool:
        """Nobody is in a transaction; frozen there, its locks would stay."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL "
                "AND pid <> pg_backend_pid() AND usename IS NOT NULL)"
            )
            return cursor.fetchone()[0]

    # What is due

    def add_due(self, count: int, clinic: Clinic | None = None, **patient: object) -> list[Patient]:
        """Patients whose baseline is due today, with their courses; many at once, so not by the actions."""
        clinic, now = clinic or self.clinic, timezone.now()
        protocol = Protocol.objects.filter(clinic=clinic, treatment_type__code="prp").first()
        values = {"clinic": clinic, "given_name": "Ruth", "registered_at": now, "registered_by": self.by}
        values |= {"consented_at": now, "consented_by": self.by, **patient}
        names = [uuid.uuid4().hex[:12] for _patient in range(count)]
        made = Patient.objects.bulk_create(
            Patient(**{"chart_number": name, "family_name": "Field", "email": f"{name}@example.org", **values})
            for name in names
        )
        courses = Course.objects.bulk_create(self._course(clinic, protocol, one) for one in made)
        self._add_follow_ups(courses, "baseline", now.date())
        return made

    def _course(self, clinic: Clinic, protocol: Protocol, patient: Patient) -> Course:
        return Course(
            clinic=clinic,
            patient=patient,
            treatment_type=protocol.treatment_type,
            protocol=protocol,
            icd10_code="M17.11",
            complaint="Osteoarthritis of the right knee",
            region="knee",
            target="knee_joint",
            side="right",
            opened_on=timezone.now().date(),
            opened_by=self.by,
        )

    def _add_follow_ups(self, courses: list[Course], timepoint: str, opens_on: dt.date) -> list[FollowUp]:
        days = {"opens_on": opens_on, "due_on": opens_on, "closes_on": opens_on + dt.timedelta(days=14)}
        planned = {
            one.protocol_id: one
            for one in Timepoint.objects.filter(protocol__in={one.protocol_id for one in courses}, name=timepoint)
        }
        return FollowUp.objects.bulk_create(
            FollowUp(clinic_id=one.clinic_id, course=one, timepoint=planned[one.protocol_id], **days) for one in courses
        )

    def add_later(self, courses: list[Course], *, days: int) -> list[int]:
        """Week 6 of these courses, in so many days from now."""
        opens_on = timezone.now().date() + dt.timedelta(days=days)
        return [one.pk for one in self._add_follow_ups(courses, "week 6", opens_on)]

    # What became of it

    @property
    def deliveries(self):
        return Delivery.objects.filter(clinic=self.clinic).order_by("id")

    def statuses(self) -> dict[str, int]:
        """How many messages are in which state."""
        return dict(Counter(self.deliveries.values_list("status", flat=True)))

    def settle(self, count: int, *, seconds: float = SETTLES_WITHIN) -> dict[str, int]:
        """Wait until ``count`` messages are made and none can go out now (I8); what they became."""
        settled = eventually(lambda: self.deliveries.count() == count and not self._moves(), seconds)
        assert settled, f"not settled after {seconds} s: {self.statuses()}"
        return self.statuses()

    def _moves(self) -> bool:
        can_go = Q(status__in=["pending", "bounced_soft"], not_before__lte=timezone.now())
        return self.deliveries.filter(Q(status__in=HELD) | can_go).exists()

    def bury(self) -> None:
        """Time passes until the leases of the dead have ended, and the sweeper comes. No worker may hold anything."""
        past = timezone.now() - dt.timedelta(seconds=1)
        self.deliveries.filter(status__in=HELD).update(lease_until=past)
        with scope.every_clinic():
            actions.sweep_deliveries(at=timezone.now())

    def bring_forward(self) -> None:
        """Time passes until whatever was put off may go out."""
        now = timezone.now()
        self.deliveries.filter(status__in=["pending", "bounced_soft"], not_before__gt=now).update(not_before=now)

    def received(self) -> list[str]:
        """The messages that the mail server took, as often as it did, of any clinic."""
        return [str(one["Message-ID"]).strip("<>").partition("@")[0] for one in self.mail.accepted]

    def texted(self) -> list[str]:
        """The text messages that the gateway took, by the links in them."""
        links = [re.search(r"/s/(\w+)", one.body)[1] for one in self.sms.accepted]
        found = SurveyLink.objects.filter(token_hash__in=[hash_link(link) for link in links]).select_related("delivery")
        names = {bytes(one.token_hash): str(one.delivery.public_id) for one in found}
        return [names[hash_link(link)] for link in links]

    def assert_invariants(self, *clinics: Clinic) -> None:
        """I1 to I16, the mail server's ledger against the rows, and the audit trail as it was written."""
        ours = [clinic.pk for clinic in (self.clinic, *clinics)]
        assert broken_rules(ours) == {}
        assert wrong_entries(ours, "email", self.received()) == {}
        assert wrong_entries(ours, "sms", self.texted()) == {}
        with transaction.atomic():
            seal_audit(at=timezone.now())
        assert list(verifying.verify()) == []

    # The web

    def browser(self, user: User | None = None) -> requests.Session:
        """Signed in at the web server, with a second factor shown."""
        assert self.web.is_running()
        client = StaffClient()
        client.force_login(user or self.by)
        session = requests.Session()
        session.cookies.update({name: morsel.value for name, morsel in client.cookies.items()})
        return session

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.web_port}{path}"


BEATS = ("beat", "other_beat")
