"""The one program that draws for this process: started when a figure is wanted, replaced when it has ended or hangs."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

ENGINE = "outcomes.drawing.engine"
HERE = Path(__file__).resolve().parents[2]
# A figure takes about 50 ms and the start of the engine half a second; ten seconds are no drawing any more.
PATIENCE = 10.0


class NotDrawn(RuntimeError):
    """The engine refused the specification, took too long or ended twice over it."""


class _Ended(Exception):
    """The program is gone; another may do better."""


class Drawer:
    """Draws one figure after another, from any thread. A process forked from this one starts a program of its own."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._program: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._lock, self._program, self._owner = threading.Lock(), None, os.getpid()

    def draw(self, kind: str, spec: str) -> bytes:
        """The picture of a specification. Raises NotDrawn."""
        order = json.dumps([kind, spec]).encode() + b"\n"
        with self._lock:
            try:
                return self._ordered(order)
            except _Ended:
                # Between two figures it may end of itself, out of age or for want of orders.
                pass
            try:
                return self._ordered(order)
            except _Ended as error:
                raise NotDrawn("The drawing program ended twice, or took too long.") from error

    def end(self) -> None:
        """Let the program end now."""
        with self._lock:
            self._stop()

    def _ordered(self, order: bytes) -> bytes:
        program = self._program = self._program or _started()
        watch = threading.Timer(self._patience, program.kill)
        watch.start()
        try:
            is_drawn, said = _asked(program, order)
        except (_Ended, OSError) as error:
            self._stop()
            raise _Ended from error
        finally:
            watch.cancel()
        if not is_drawn:
            raise NotDrawn(said.decode())
        return said

    def _stop(self) -> None:
        program, self._program = self._program, None
        if program is not None:
            program.kill()
            program.communicate()


def _started() -> subprocess.Popen[bytes]:
    # In a session of its own: what interrupts the server ends it by the end of its orders, without a word.
    return subprocess.Popen(
        [sys.executable, "-m", ENGINE], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )


def _asked(program: subprocess.Popen[bytes], order: bytes) -> tuple[bool, bytes]:
    orders, answers = program.stdin, program.stdout
    if orders is None or answers is None:
        raise _Ended
    orders.write(order)
    orders.flush()
    head = answers.readline()
    if not head.endswith(b"\n"):
        raise _Ended
    is_drawn, length = json.loads(head)
    said = answers.read(length)
    if len(said) < length:
        raise _Ended
    return is_drawn, said


_DRAWER = Drawer()
draw = _DRAWER.draw
end = _DRAWER.end
