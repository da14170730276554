"""Ports for processes that are started, killed and started again."""

import secrets
import socket

LOWEST, COUNT = 20_000, 10_000  # below those that systems give to connections by themselves


def quiet_port() -> int:
    """A port where nobody listens, and that no connection of a busy machine takes meanwhile."""
    while True:
        port = LOWEST + secrets.randbelow(COUNT)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
