"""A real SMTP server for tests, whose answers a test can change, delay or cut short."""

import contextlib
import email
import email.policy
import socketserver
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage

USUAL = {
    "BANNER": "220 sink ESMTP",
    "EHLO": "250-sink\r\n250 8BITMIME",
    "DATA": "354 Go on",
    "QUIT": "221 Bye",
}
# Hangs up without a word.
CUT = ""
# Takes the message, and hangs up before it says so.
TAKEN_AND_CUT = "taken"


class MailSink:
    """Listens on a free port and keeps every message it accepted.

    ``answers`` maps a step (BANNER, EHLO, MAIL, RCPT, DATA, MESSAGE, RSET, QUIT) to a reply, or to a function that
    makes one and may take its time. ``pause`` is the time in seconds before each single byte of a reply.
    ``recipients`` maps an address to the reply that it gets in place of RCPT's.
    """

    def __init__(self) -> None:
        self.answers: dict[str, str | Callable[[], str]] = {}
        self.recipients: dict[str, str] = {}
        self.pause = 0.0
        self.accepted: list[EmailMessage] = []
        self.connections = 0
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._conversation())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, line: str) -> str:
        step = line.partition(" ")[0].strip().upper()
        address = line.partition("<")[2].partition(">")[0]
        answer = self.answers.get(step, USUAL.get(step, "250 OK"))
        if step == "RCPT" and address in self.recipients:
            answer = self.recipients[address]
        return answer if isinstance(answer, str) else answer()

    def _conversation(self) -> type[socketserver.StreamRequestHandler]:
        sink = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink.connections += 1
                with contextlib.suppress(OSError):
                    line = "BANNER"
                    while self.reply(answer := sink.answer(line)) and not line.upper().startswith("QUIT"):
                        if answer.startswith("354") and not self.take_message():
                            return
                        line = self.rfile.readline().decode("utf-8") or "QUIT"

            def reply(self, answer: str) -> bool:
                content = f"{answer}\r\n".encode() if answer else b""
                for part in [content] if not sink.pause else [bytes([byte]) for byte in content]:
                    time.sleep(sink.pause)
                    self.wfile.write(part)
                return bool(answer)

            def take_message(self) -> bool:
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    if not line:
                        return False
                    lines.append(line.removeprefix(b"."))
                # As other servers do (RFC 5321, 4.5.3.1.6).
                is_too_long = any(len(line) > 1000 for line in lines)
                answer = "500 Line too long" if is_too_long else sink.answer("MESSAGE")
                if answer.startswith("250") or answer == TAKEN_AND_CUT:
                    sink.accepted.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
                return answer != TAKEN_AND_CUT and self.reply(answer)

        return Conversation
