"""A webhook request of a proven sender that can't be taken as it is."""

from collections.abc import Sequence
from typing import Literal

from connectors.base import Refused


class Flawed(Refused):
    """400 or 413, after the signature was found right: the sender is told why, and what to mend.

    Nothing of the request is taken. `places` are JSON pointers into its body, each with what is
    wrong there. Neither these texts nor the reason quote a value; both are answered and logged.
    """

    def __init__(
        self,
        reason: str,
        status: Literal[400, 413] = 400,
        *,
        places: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(reason, status)
        self.places = tuple(places)
