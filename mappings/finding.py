"""What a check of a document found."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`pointer` is the JSON pointer of the place; an error must be mended before use."""

    pointer: str
    severity: Severity
    message: str

    def line(self, name: str) -> str:
        """One line for people: which mapping, where, what."""
        return f'mapping "{name}": {self.pointer}: {self.message}'


def error(pointer: str, message: str) -> Finding:
    return Finding(pointer, "error", message)


def warning(pointer: str, message: str) -> Finding:
    return Finding(pointer, "warning", message)
