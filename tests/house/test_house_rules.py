"""House rules: the shape of the code, checked by machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("app", "connectors", "mappings", "migrations")
VAGUE = {"utils", "helpers", "manager", "service", "util", "helper", "common", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Function):
            yield node


def arguments(function: Function) -> set[str]:
    spec = function.args
    return {a.arg for a in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_longer_than_300_lines() -> None:
    """A file that long has more than one subject."""
    long = [name(p) for p in files(*CODE, "tests") if len(p.read_text("utf-8").splitlines()) > 300]

    assert long == []


def test_no_function_is_longer_than_40_lines() -> None:
    """A function fits on a screen (its signature and docstring not counted)."""
    long = [
        f"{name(path)}:{f.lineno} {f.name}"
        for path in files(*CODE, "tests")
        for f in functions(path)
        if (f.end_lineno or 0) - f.body[ast.get_docstring(f) is not None and len(f.body) > 1].lineno
        >= 40
    ]

    assert long == []


def test_a_function_takes_a_transaction_or_a_connector_never_both() -> None:
    """So no network call can happen inside a transaction."""
    both = [
        f"{name(path)}:{f.lineno} {f.name}"
        for path in files("app")
        for f in functions(path)
        if "tx" in arguments(f) and arguments(f) & {"connector", "http", "client", "wire"}
    ]

    assert both == []


def test_transactions_open_in_few_places() -> None:
    """Web dependencies, jobs, the CLI and what opens connectors; flows and store get a `tx`."""
    openers = {
        name(path) for path in files("app") if re.search(r"\.begin\(\)", path.read_text("utf-8"))
    }

    assert {o for o in openers if o.startswith(("app/flows/", "app/domain/"))} == set()


def test_everything_is_caught_in_one_place_only() -> None:
    """`except Exception` hides bugs; the job runner has the only one."""
    catchers = [
        name(path)
        for path in files(*CODE)
        if re.search(r"except (Base)?Exception\b|except:", path.read_text("utf-8"))
    ]

    assert catchers == ["app/worker.py"]


def test_modules_have_telling_names() -> None:
    """No drawer for odds and ends."""
    assert [name(p) for p in files(*CODE, "tests") if p.stem in VAGUE] == []


def test_tests_use_no_patching_and_no_sleeps() -> None:
    """Fakes come in through constructors, time through an injected clock."""
    rule = re.compile(r"mock\.patch|MagicMock|monkeypatch\.setattr|\bmocker\b|time\.sleep\(")
    offenders = [
        name(p)
        for p in files("tests")
        if p.name not in {Path(__file__).name, "patience.py"} and rule.search(p.read_text("utf-8"))
    ]

    assert offenders == []


def test_every_suppression_has_its_reason() -> None:
    """A `noqa` or `type: ignore` names the rule and says why."""
    bare = [
        f"{name(path)}:{number}"
        for path in files(*CODE, "tests")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"#\s*noqa(?!: [A-Z0-9, ]+  ?(-- )?\S)", line)
        or re.search(r"#\s*type: ignore(?!\[[a-z-]+(, ?[a-z-]+)*\]  +#? ?\S)", line)
    ]

    assert bare == []
