"""A web session for handing messages over: with a hard end, and with the knowledge whether anything left this machine.

A failure before the first byte went out is a message that stayed here; one after it is a message whose fate is unknown.
The one module that asks other machines for something, and only for addresses that the operator has set.
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, Self, TypeGuard

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from outcomes.deadline import Deadline

MESSAGE_SECONDS = 30.0
# For connecting, and for each single wait for an answer, in seconds.
TIMEOUT = (5.0, 15.0)
LARGEST_ANSWER = 1_000_000
BROKEN = requests.RequestException


class WebLine:
    """A context manager for one thread around a session, which it watches and closes."""

    def __init__(self, session: requests.Session | None = None, *, seconds: float = MESSAGE_SECONDS) -> None:
        self.session = session = session or requests.Session()
        self.handed_over = False
        self._wire: socket.socket | None = None
        self._deadline = Deadline(seconds, self._hang_up)
        # What the machine's environment says of proxies and passwords is meant for others.
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter(self))

    def __enter__(self) -> Self:
        self._deadline.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._deadline.__exit__(*error)
        self.session.close()
        self.watch(None)

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """One question and its answer. ``handed_over`` says afterwards whether a byte of it went out."""
        self.handed_over = False
        with self._deadline.exchange():
            yield

    def ask(self, method: str, address: str, **what: Any) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, content and headers of one answer; no redirect is followed. Raises BROKEN."""
        with self.exchange():
            response = self.session.request(
                method, address, timeout=TIMEOUT, allow_redirects=False, stream=True, **what
            )
            return response.status_code, _content_of(response), response.headers

    def watch(self, wire: socket.socket | None) -> None:
        """This is the connection to cut from now on."""
        if self._wire is not None:
            self._wire.close()
        self._wire = wire

    def _hang_up(self) -> None:
        if self._wire is not None:
            with suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)


def is_session(thing: object) -> TypeGuard[requests.Session]:
    """Whether this can be given to a ``WebLine``."""
    return isinstance(thing, requests.Session)


def _content_of(response: requests.Response) -> bytes:
    """What was answered, up to a size that no answer of a provider has. Raises what ``requests`` raises."""
    content = b""
    for part in response.iter_content(65_536):
        content += part
        if len(content) > LARGEST_ANSWER:
            response.close()
            raise requests.exceptions.ContentDecodingError("The answer is too long.")
    return content


class _Watched:
    """Part of a connection class: tells the line of its socket and of what it sends."""

    line: ClassVar[WebLine]

    def _new_conn(self) -> socket.socket:
        plain: socket.socket = super()._new_conn()  # type: ignore[misc]  # of urllib3's connections
        # A second handle on the same connection: the first one is given away when TLS begins.
        self.line.watch(plain.dup())
        return plain

    def send(self, data: Any) -> None:
        if self.sock is None:  # type: ignore[attr-defined]  # of http.client's connections
            self.connect()  # type: ignore[attr-defined]
        self.line.handed_over = True
        super().send(data)  # type: ignore[misc]


class _Adapter(HTTPAdapter):
    def __init__(self, line: WebLine) -> None:
        self._line = line
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *values: Any, **named: Any) -> None:
        super().init_poolmanager(*values, **named)
        plain = type("WatchedConnection", (_Watched, HTTPConnection), {"line": self._line})
        secure = type("WatchedSecureConnection", (_Watched, HTTPSConnection), {"line": self._line})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("WatchedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("WatchedSecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
