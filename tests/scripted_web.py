"""A real web server for tests, whose answers a test can change, delay, drip or cut short."""

import contextlib
import http.server
import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Answer:
    """One scripted reply. A cut one never comes. ``keeps`` says whether the message was taken; None: as the status says."""

    status: int = 201
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False
    keeps: bool | None = None
    delay: float = 0.0

    @property
    def is_kept(self) -> bool:
        return self.status < 300 if self.keeps is None else self.keeps


# The message was taken, and the connection ends before anybody hears of it; or nothing was taken.
TAKEN_AND_CUT = Answer(is_cut=True, keeps=True)
CUT = Answer(is_cut=True, keeps=False)


def refused(status: int, code: int | None = None, **headers: str) -> Answer:
    """A reply in the provider's form of an error."""
    body = {"code": code, "message": "No.", "status": status} if code else None
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


class ScriptedServer(ABC):
    """Listens on a free port. ``pause`` is the time in seconds before each single byte of a reply."""

    def __init__(self) -> None:
        self.pause = 0.0
        self.connections = 0
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._conversation())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @abstractmethod
    def answered(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """What this request gets."""

    def _conversation(self) -> type[http.server.BaseHTTPRequestHandler]:
        server = self

        class Conversation(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                server.connections += 1
                super().setup()

            def do_GET(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                answer = server.answered(self.command, self.path, self.headers, content)
                time.sleep(answer.delay)
                self.close_connection = answer.is_cut
                if not answer.is_cut:
                    with contextlib.suppress(OSError):
                        self.write(answer)

            do_POST = do_GET

            def write(self, answer: Answer) -> None:
                text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
                content = text.encode() if answer.body is not None else b""
                headers = {"Content-Type": "application/json", "Content-Length": str(len(content)), **answer.headers}
                lines = [f"HTTP/1.1 {answer.status} -", *(f"{name}: {value}" for name, value in headers.items())]
                whole = "\r\n".join([*lines, "", ""]).encode() + content
                for part in [whole] if not server.pause else [bytes([byte]) for byte in whole]:
                    time.sleep(server.pause)
                    self.wfile.write(part)

            def log_message(self, *_values: object) -> None:
                """Say nothing."""

        return Conversation
