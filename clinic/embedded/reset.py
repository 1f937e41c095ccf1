"""`make reset`: stop what `make run` started, and delete its data."""

import contextlib
import os
import signal
import time

from clinic.embedded.place import Place

SECONDS_TO_STOP = 60


def reset() -> int:
    """Leave nothing of the demo behind."""
    place = Place()
    if not place.var.exists():
        print("Nothing to reset.")
        return 0
    deadline = time.monotonic() + SECONDS_TO_STOP
    asked = False
    while time.monotonic() < deadline:
        with place.held() as is_ours:
            if is_ours:
                place.delete()
                print("The demo's data are deleted; `make run` makes new ones.")
                return 0
        if not asked:
            print(f"Stopping the Mendline that runs here (process {place.holder()}).")
            with contextlib.suppress(ProcessLookupError):
                os.kill(place.holder(), signal.SIGTERM)
            asked = True
        time.sleep(0.2)
    raise SystemExit(f"Process {place.holder()} has not stopped in {SECONDS_TO_STOP} s; its logs are in {place.logs}.")
