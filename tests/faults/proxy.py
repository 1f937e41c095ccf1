"""A TCP proxy between two programs, for what happens to connections: cut, delayed, silent, refused."""

import contextlib
import selectors
import socket
import threading
import time

HOST = "127.0.0.1"


class Proxy:
    """Passes bytes on to ``port``; the test says how. A silent one takes everything and answers nothing."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.is_silent = False
        self.delay = 0.0
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._listener = socket.create_server((HOST, 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Nobody can connect any more, and whoever was connected is cut off."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End every connection that there is; new ones are welcome."""
        for pair in list(self._pairs):
            self._end(pair)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _address = self._listener.accept()
                threading.Thread(target=self._connect, args=(visitor,), daemon=True).start()

    def _connect(self, visitor: socket.socket) -> None:
        try:
            server = socket.create_connection((HOST, self.target), timeout=5)
        except OSError:
            visitor.close()
            return
        server.settimeout(None)
        pair = (visitor, server)
        self._pairs.add(pair)
        with contextlib.suppress(OSError, ValueError):
            self._pass_on(*pair)
        self._end(pair)

    def _pass_on(self, visitor: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(visitor, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, visitor)
            while True:
                for key, _events in ready.select(1):
                    content = key.fileobj.recv(65536)
                    if not content:
                        return
                    time.sleep(self.delay)
                    if not self.is_silent:
                        key.data.sendall(content)

    def _end(self, pair: tuple[socket.socket, socket.socket]) -> None:
        self._pairs.discard(pair)
        for one in pair:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
