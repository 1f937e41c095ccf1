"""Due invitations, from the tick that wakes the workers to the last message in the mail server."""

import datetime as dt
import smtplib
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from benchmarks import dataset, system
from benchmarks.sizes import Sizes
from outcomes.actions import open_due_surveys
from outcomes.models import Delivery
from outcomes.tasks import tick

TICK_SECONDS = 30
WORKERS = (1, 2, 4)
YARDSTICK = "yardstick.example.org"
Status = Delivery.Status


class MailServer:
    """The sink's notes: one line a message."""

    def __init__(self, port: int, notes: Path) -> None:
        self.port, self.notes = port, notes

    def messages(self) -> list[tuple[float, str]]:
        """When each message was accepted, and its Message-ID."""
        time.sleep(0.5)
        lines = [line.split() for line in self.notes.read_text().splitlines()]
        return [(float(at), identity) for at, identity in lines]


def measure(sizes: Sizes, *, mail: MailServer, scratch: Path) -> dict[str, Any]:
    """Opens everything that is due, then delivers queues of three sizes with one, two and four worker processes.

    The smallest queue to its end, the others for a while.
    """
    began = time.monotonic()
    opened = _open_all()
    opening_seconds = time.monotonic() - began
    dataset.tidy()
    yardstick = [_smtplib(mail, sizes.yardstick_messages)]
    cells = [
        _cell(workers, due, sizes, mail=mail, scratch=scratch)
        for workers in WORKERS
        for due in (sizes.small_queue, sizes.middle_queue, opened)
    ]
    yardstick.append(_smtplib(mail, sizes.yardstick_messages))
    main, small = (
        next(one for one in cells if (one["workers"], one["due"]) == (2, due)) for due in (opened, sizes.small_queue)
    )
    return {
        "per_s": main["per_s"],
        **_against(yardstick, main["per_s"]),
        **_reconciled(mail),
        "memory_mb": main["memory_mb"],
        "memory_mb_small_queue": small["memory_mb"],
        "per_s_small_queue": small["per_s"],
        "cells": cells,
        "seconds_to_open": round(opening_seconds, 1),
        "opened": opened,
    }


def _open_all() -> int:
    """Tick after tick, as after a long outage; how many surveys were opened."""
    total = 0
    while opened := open_due_surveys(at=dt.datetime.now(dt.UTC)):
        total += opened
    return total


def _cell(workers: int, due: int, sizes: Sizes, *, mail: MailServer, scratch: Path) -> dict[str, Any]:
    """So many worker processes with so many messages due; what has been sent meanwhile is due no more."""
    seconds = 120 if due == sizes.small_queue else sizes.dispatch_seconds
    command = [
        str(workers) if before == "--concurrency" else part
        for before, part in pairwise(["", *system.command("worker")])
    ]
    dataset.postpone_all_but(due)
    with system.running(command, scratch / "worker.log") as worker:
        drained = _drain(worker, mail, seconds=seconds)
        dataset.postpone_all_but(0)
        _wait_until_nothing_is_held()
    return {"workers": workers, "due": due, **drained}


def _drain(worker: psutil.Process, mail: MailServer, seconds: float) -> dict[str, Any]:
    """Play beat until the queue is empty or the time is over; messages a second between the first and the last."""
    now = dt.datetime.now(dt.UTC)
    before, memory = len(mail.messages()), 0.0
    began, next_tick = time.monotonic(), 0.0
    while time.monotonic() - began < seconds and Delivery.objects.due(now).exists():
        if time.monotonic() >= next_tick:
            tick.delay()
            next_tick = time.monotonic() + TICK_SECONDS
        memory = max(memory, system.memory_mb(worker))
        time.sleep(0.5)
    times = [at for at, _identity in mail.messages()[before:]]
    if len(times) < 2:
        raise RuntimeError("The workers sent nothing; see worker.log.")
    return {"per_s": round(len(times) / (max(times) - min(times)), 1), "memory_mb": memory}


def _wait_until_nothing_is_held() -> None:
    ends_at = time.monotonic() + 60
    while Delivery.objects.filter(status__in=[Status.CLAIMED, Status.SENDING]).exists():
        if time.monotonic() > ends_at:
            raise RuntimeError("Deliveries are still being sent a minute after the last one was due.")
        time.sleep(0.2)


def _reconciled(mail: MailServer) -> dict[str, int]:
    """Every message against every row: ``duplicates`` reached a mailbox twice, ``lost`` count as sent and did not."""
    received = Counter(identity.partition("@")[0] for _at, identity in mail.messages() if YARDSTICK not in identity)
    sent = Counter(map(str, Delivery.objects.filter(status=Status.ACCEPTED).values_list("public_id", flat=True)))
    return {
        "sent": sent.total(),
        "duplicates": sum(times - 1 for times in received.values()),
        "lost": (sent - received).total(),
        "unsettled": Delivery.objects.exclude(status__in=[Status.ACCEPTED, Status.PENDING]).count(),
    }


class Yardstick(NamedTuple):
    """Messages a second of smtplib on one connection: each message built, and one built beforehand."""

    building: float
    ready: float


def _smtplib(mail: MailServer, count: int) -> Yardstick:
    with smtplib.SMTP(system.HOST, mail.port) as server:
        began = time.monotonic()
        for number in range(count):
            server.send_message(_message(number))
        built = time.monotonic()
        ready, sender, recipient = _message(0).as_bytes(), *_message(0).values()[:2]
        for _number in range(count):
            server.sendmail(sender, [recipient], ready)
        ended = time.monotonic()
    return Yardstick(count / (built - began), count / (ended - built))


def _message(number: int) -> EmailMessage:
    """As long and of as many parts as an invitation."""
    message = EmailMessage()
    message["From"], message["To"] = "check-in@clinic.example.org", f"p{number}@example.org"
    message["Subject"] = "A short questionnaire from your clinic"
    message["Message-ID"] = f"<{number}@{YARDSTICK}>"
    link = "http://127.0.0.1:8000/s/ABCDEFGHIJKLMNOPQRSTUV/"
    message.set_content(f"Hello,\n\nhow are you? Please answer a few questions:\n{link}\n\nThank you\n" * 4)
    message.add_alternative(f'<p>How are you? <a href="{link}">Answer a few questions</a></p>' * 8, subtype="html")
    return message


def _against(yardsticks: Sequence[Yardstick], per_s: float) -> dict[str, float]:
    """Both yardsticks are the mean of before and after."""
    building, ready = (statistics.mean(speeds) for speeds in zip(*yardsticks, strict=True))
    return {
        "ratio_to_smtplib": round(per_s / building, 2),
        "smtplib_per_s": round(building, 1),
        "ratio_to_wire": round(per_s / ready, 2),
        "wire_per_s": round(ready, 1),
    }
