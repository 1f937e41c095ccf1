"""A browser small enough not to be the bottleneck: one kept connection, plain HTTP/1.1, gzip. And patients with one."""

import random
import re
import socket
import time
import zlib
from typing import NamedTuple
from urllib.parse import urlsplit

HOST = "127.0.0.1"
THE_END = "/done/"
MOST_PAGES = 60

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_LOCATION = re.compile(rb"\r\nlocation: ([^\r]+)", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\nset-cookie: ([^=]+=[^;\r]*)", re.IGNORECASE)
_CHOICE = re.compile(rb'type="radio" name="(\w+)" value="(\d+)"')


class Answer(NamedTuple):
    """What came back, the page unpacked."""

    status: int
    location: str
    body: bytes
    wire_bytes: int


class WrongPage(Exception):
    """The server answered with something a patient would not expect."""


class Connection:
    """One TCP connection with its cookies. ``seconds`` has the duration of every request so far."""

    def __init__(self, port: int, **headers: str) -> None:
        self.seconds: list[float] = []
        self._cookies: dict[bytes, bytes] = {}
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self._headers = f"Host: {HOST}:{port}\r\nAccept-Encoding: gzip\r\n{extra}".encode()
        self._port = port
        self._socket = self._connect()

    def get(self, path: str) -> Answer:
        """Fetch a page."""
        return self._request(f"GET {path} HTTP/1.1\r\n".encode(), b"")

    def post(self, path: str, form: bytes) -> Answer:
        """Send a form that is encoded already."""
        head = f"POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
        return self._request(head.encode(), form)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _connect(self) -> socket.socket:
        made = socket.create_connection((HOST, self._port), timeout=30)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _request(self, head: bytes, body: bytes) -> Answer:
        cookies = b"; ".join(name + b"=" + value for name, value in self._cookies.items())
        message = head + self._headers + (b"Cookie: " + cookies + b"\r\n" if cookies else b"") + b"\r\n" + body
        began = time.perf_counter()
        received = self._exchange(message)
        self.seconds.append(time.perf_counter() - began)
        return self._understood(*received)

    def _exchange(self, message: bytes) -> tuple[bytes, bytes]:
        self._socket.sendall(message)
        received = self._socket.recv(65536)
        if not received:
            # The server ends connections that were idle; a browser then opens another.
            self._socket.close()
            self._socket = self._connect()
            self._socket.sendall(message)
            received = self._socket.recv(65536)
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head, body = received[:end], received[end + 4 :]
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        while len(body) < length:
            body += self._more()
        return head, body

    def _more(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise WrongPage("The server hung up in the middle of a page.")
        return data

    def _understood(self, head: bytes, body: bytes) -> Answer:
        for cookie in _COOKIE.findall(head):
            name, _, value = cookie.partition(b"=")
            self._cookies[name] = value
        found = _LOCATION.search(head)
        is_packed = b"\r\nContent-Encoding: gzip" in head
        page = zlib.decompress(body, zlib.MAX_WBITS | 16) if is_packed else body
        return Answer(int(head[9:12]), found[1].decode() if found else "", page, len(head) + 4 + len(body))


def answer_survey(connection: Connection, path: str, rng: random.Random) -> int:
    """A patient's whole way: open the link, start, answer every question, check, send. How many requests it took.

    Works on any pages where forms post to their own address: radio buttons are picked at random, and the way ends at
    the thank-you page, or at one without a form. Raises WrongPage.
    """
    answer, requests = connection.get(path), 1
    while requests < MOST_PAGES:
        if answer.status in (302, 303):
            path = urlsplit(answer.location).path
            answer = connection.get(path)
        elif answer.status == 200 and b'method="post"' in answer.body and not path.endswith(THE_END):
            answer = connection.post(path, _filled_in(answer.body, rng))
        elif answer.status == 200:
            return requests
        else:
            raise WrongPage(f"{answer.status} at {path}: {answer.body[:300]!r}")
        requests += 1
    raise WrongPage(f"No end after {MOST_PAGES} requests, at {path}.")


def _filled_in(page: bytes, rng: random.Random) -> bytes:
    choices = _CHOICE.findall(page)
    if not choices:
        return b""
    name, value = rng.choice(choices)
    return name + b"=" + value
