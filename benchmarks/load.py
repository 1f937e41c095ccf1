"""Patients at once, in a process of their own: python -m benchmarks.load PORT SECONDS PATIENTS, links on standard input.

Each patient takes the next link, opens a new connection, answers the whole survey and goes on until the time is over.
Prints one JSON object.
"""

import json
import random
import sys
import threading
import time
from collections.abc import Iterator

from benchmarks.browser import Connection, answer_survey


class Stretch:
    """What the patients did, and when they stop beginning new surveys."""

    def __init__(self, port: int, links: Iterator[str], seconds: float) -> None:
        self.port, self.links = port, links
        self.ends_at = time.monotonic() + seconds
        self.surveys = self.requests = 0
        self.request_seconds: list[float] = []
        self.lock = threading.Lock()
        self.errors: list[str] = []

    def be_a_patient(self, seed: int) -> None:
        """Survey after survey until the time is over or something is wrong."""
        rng = random.Random(seed)
        try:
            while time.monotonic() < self.ends_at:
                self._answer_one(rng)
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")

    def _answer_one(self, rng: random.Random) -> None:
        with self.lock:
            link = next(self.links)
        connection = Connection(self.port)
        requests = answer_survey(connection, link, rng)
        connection.close()
        with self.lock:
            self.surveys += 1
            self.requests += requests
            self.request_seconds += connection.seconds


def main(port: int, seconds: float, at_once: int) -> None:
    """Run the patients and print what they measured."""
    stretch = Stretch(port, iter(sys.stdin.read().split()), seconds)
    began, used = time.monotonic(), time.process_time()
    patients = [threading.Thread(target=stretch.be_a_patient, args=(seed,)) for seed in range(at_once)]
    for patient in patients:
        patient.start()
    for patient in patients:
        patient.join()
    took = time.monotonic() - began
    measured = {
        "surveys": stretch.surveys,
        "requests": stretch.requests,
        "seconds": took,
        "request_seconds": stretch.request_seconds,
        "client_cores": (time.process_time() - used) / took,
        "errors": stretch.errors,
    }
    json.dump(measured, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
