"""Every command that a document names can be typed."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from app.cli import commands as commands_of_baton

BATON = re.compile(r"^(?:\$ )?(?:[\w./]*/)?baton ((?:[a-z][a-z-]* ?)*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
MAKE = re.compile(r"^(?:\$ )?make ([a-z]+)")


def named(code: str) -> list[str]:
    """The words after `baton`, up to the first that is no name."""
    found = BATON.match(code)
    return found[1].split() if found else []


@cache
def whole() -> Any:
    """`baton` with all its commands."""
    return typer.main.get_command(commands_of_baton())


def resolve(words: list[str]) -> Any:
    """The command that these words lead to; None where there is none."""
    command: Any = whole()
    for word in words:
        if not isinstance(command, TyperGroup):
            return command
        command = command.commands.get(word)
    return command


def unknown_options(code: str, command: Any) -> Iterator[str]:
    known = {option for parameter in command.params for option in parameter.opts}
    known |= {option for parameter in command.params for option in parameter.secondary_opts}
    typed = re.split(r"[#|]", code, maxsplit=1)[0]
    yield from (option for option in OPTION.findall(typed) if option not in known | {"--help"})


def test_every_baton_command_exists(commands: Mapping[str, list[str]]) -> None:
    """What a document tells an operator to run is a command of this release."""
    missing = [
        f"{name}: {code}"
        for name, lines in commands.items()
        for code in lines
        if (words := named(code)) and resolve(words) is None
    ]

    assert missing == []


def test_every_option_of_a_baton_command_exists(commands: Mapping[str, list[str]]) -> None:
    """No document names an option that its command does not take."""
    missing = [
        f"{name}: {code}: {option}"
        for name, lines in commands.items()
        for code in lines
        if (words := named(code)) and (command := resolve(words)) is not None
        for option in unknown_options(code, command)
    ]

    assert missing == []


def test_every_command_is_in_the_readme(commands: Mapping[str, list[str]]) -> None:
    """A command that the README does not name is not found by anybody."""
    group = whole()
    assert isinstance(group, TyperGroup)
    told = {words[0] for code in commands["README.md"] if (words := named(code))}

    assert sorted(set(group.commands) - told) == []


def test_every_make_target_exists(commands: Mapping[str, list[str]], root: Path) -> None:
    """What a document tells a developer to make is in the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    told = {
        (name, found[1])
        for name, lines in commands.items()
        for code in lines
        if (found := MAKE.match(code))
    }

    assert sorted((name, target) for name, target in told if target not in targets) == []


def test_every_make_target_that_is_named_can_run(
    commands: Mapping[str, list[str]], root: Path
) -> None:
    """The commands and test folders in its recipe are there."""
    makefile = (root / "Makefile").read_text("utf-8")
    told = {found[1] for lines in commands.values() for c in lines if (found := MAKE.match(c))}
    broken = []
    for target in sorted(told):
        recipe = re.findall(rf"^{target}:.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)
        steps = "".join(recipe)
        broken += [
            f"{target}: baton {word}"
            for word in re.findall(r"\$\(BIN\)/baton ([a-z]+)", steps)
            if resolve([word]) is None
        ]
        folders = re.findall(r"\btests/[\w/]+", steps)
        broken += [f"{target}: {one}" for one in folders if not (root / one).exists()]

    assert broken == []


def test_the_readme_has_the_two_commands_of_a_newcomer(
    commands: Mapping[str, list[str]],
) -> None:
    """`make demo` and `make test` are what a fresh machine needs."""
    told = {found[1] for code in commands["README.md"] if (found := MAKE.match(code))}

    assert {"demo", "test"} <= told


def test_ci_makes_check_and_test(root: Path) -> None:
    """CI runs exactly what a developer runs, in this order."""
    lines = (root / ".ci" / "run").read_text("utf-8").splitlines()

    assert [line for line in lines if line.startswith("make ")] == ["make check", "make test"]
    assert lines[-1] == "make test"
