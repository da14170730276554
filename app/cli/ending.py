"""How a command that goes on is ended."""

import signal


def stop_like_ctrl_c() -> None:
    """Let SIGTERM end this process as Ctrl-C does: everything that is open closes in order.

    And let Ctrl-C do so also where a script started it with `&`: shells have such a process ignore
    SIGINT, and Python leaves it at that.
    """
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, signal.default_int_handler)
