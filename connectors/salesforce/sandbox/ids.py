"""Record ids as Salesforce makes them: 15 characters that count, 3 that check the letter case."""

import string
from collections import Counter

DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
CHECKS = string.ascii_uppercase + "012345"
POD = "Ox"  # characters 4 and 5 name the server; those of an id recorded in September 2024
FIRST = 62**4 * 36  # ids of a young org look like 00QOx00000a00001
ALLOWED = frozenset(DIGITS)


def suffix(id15: str) -> str:
    """The three check characters: one bit for each capital letter, five letters a character.

    Source: Salesforce help, "Convert 15 Character IDs to 18 Character IDs".
    """
    chunks = (id15[at : at + 5] for at in (0, 5, 10))
    return "".join(
        CHECKS[sum(1 << bit for bit, letter in enumerate(chunk) if letter.isupper())]
        for chunk in chunks
    )


def canonical(text: object) -> str | None:
    """The 18-character form of a well-formed id, else None."""
    if not isinstance(text, str) or len(text) not in {15, 18} or not ALLOWED.issuperset(text):
        return None
    id15 = text[:15]
    checked = id15 + suffix(id15)
    return checked if len(text) == 15 or text == checked else None


def base62(number: int, width: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number, 62)
        letters = DIGITS[digit] + letters
    return letters.rjust(width, "0")


class IdMaker:
    """Counts up per key prefix, so that an org built twice has the same ids."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()

    def next(self, prefix: str) -> str:
        self.made[prefix] += 1
        id15 = prefix + POD + base62(FIRST + self.made[prefix], 10)
        return id15 + suffix(id15)
