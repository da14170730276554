"""How a command that goes on is ended."""

import signal


def stop_like_ctrl_c() -> None:
    """Let SIGTERM end this process as Ctrl-C does: everything that is open closes in order."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
