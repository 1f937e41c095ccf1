"""Ports of this machine's own address."""

import socket

HOST = "127.0.0.1"


def unused() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_unused(port: int) -> bool:
    """Whether a server could listen on ``port`` now."""
    with socket.socket() as visitor:
        # Some systems let us share a port with a server that listens on all addresses.
        if visitor.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as probe:
        # As servers do: a connection that ended a moment ago does not occupy the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def first_unused(preferred: int) -> int:
    """``preferred``, or the next port above it that nobody listens on."""
    for port in range(preferred, min(preferred + 200, 65_536)):
        if is_unused(port):
            return port
    return unused()
