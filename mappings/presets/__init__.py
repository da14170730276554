"""Mappings to start from. They are ordinary documents: copy one and change it."""

from importlib.resources import files

from mappings.document import MappingDocument
from mappings.source import parse


def presets() -> tuple[str, ...]:
    """The names of all presets."""
    names = (item.name for item in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def preset(name: str) -> MappingDocument:
    """The preset of that name. Raises: KeyError with the names there are."""
    return parse(preset_text(name))


def preset_text(name: str) -> str:
    """The preset as it is written, with its comments. Raises: KeyError."""
    if name not in presets():
        raise KeyError(f'no preset "{name}"; there are {", ".join(presets())}')
    return files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def kinds() -> dict[str, str]:
    """The kinds of record that have a preset, and its name."""
    return {name.rpartition("-")[2]: name for name in presets()}
