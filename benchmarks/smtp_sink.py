"""A mail server that takes everything as fast as it comes and notes each message: python -m benchmarks.smtp_sink PORT FILE

One line a message: when it was accepted, and its Message-ID. The sender is the limit, not this.
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import TextIO


class Sink(asyncio.Protocol):
    """One connection, as far as SMTP needs to be understood to take messages."""

    def __init__(self, notes: TextIO) -> None:
        self.notes = notes
        self.waiting = bytearray()
        self.is_in_message = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.say("220 sink ESMTP")

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        end = b"\r\n.\r\n" if self.is_in_message else b"\r\n"
        while (found := self.waiting.find(end)) >= 0:
            text = bytes(self.waiting[:found])
            del self.waiting[: found + len(end)]
            if self.is_in_message:
                self.take(text)
            else:
                self.obey(text)
            end = b"\r\n.\r\n" if self.is_in_message else b"\r\n"

    def take(self, message: bytes) -> None:
        self.is_in_message = False
        identity = message.partition(b"Message-ID: <")[2].partition(b">")[0].decode()
        self.notes.write(f"{time.time():.4f} {identity}\n")
        self.say("250 Taken")

    def obey(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            self.say("250-sink\r\n250-8BITMIME\r\n250 SIZE 10485760")
        elif verb == b"DATA":
            self.is_in_message = True
            self.say("354 Go on")
        elif verb == b"QUIT":
            self.say("221 Bye")
            self.transport.close()
        else:
            self.say("250 Fine")

    def say(self, words: str) -> None:
        self.transport.write(f"{words}\r\n".encode())


async def serve(port: int, file: Path) -> None:
    """Until it is ended. What was noted is on disk within a fifth of a second."""
    with file.open("a") as notes:
        await asyncio.get_running_loop().create_server(lambda: Sink(notes), "127.0.0.1", port, backlog=64)
        while True:
            await asyncio.sleep(0.2)
            notes.flush()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
