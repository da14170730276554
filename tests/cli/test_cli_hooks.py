"""Outgoing webhooks as code: `baton apply` makes them, `baton export` shows no secret."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.configuring.hooks import configured
from app.flows.hooks import owner_of
from app.store import hooks
from app.store.db import Database
from app.store.hooks import Hook
from app.vault import Vault
from connectors.standard_webhooks import new_secret
from tests.cli.conftest import Command

ONE, OTHER = new_secret(), new_secret()
HOOK: dict[str, Any] = {
    "url": "https://hooks.example.com/baton", "events": ["stage.changed", "handoff.*"],
    "secret": "${HOOK_SECRET}",
}  # fmt: skip


def _file(folder: Path, **hooks_: Any) -> str:
    path = folder / "baton.yaml"
    path.write_text(json.dumps({"hooks": hooks_}), "utf-8")
    return str(path)


def _rows(out: str) -> list[tuple[str, str]]:
    return [(row["what"], row["verdict"]) for row in json.loads(out)]


def _hook(database: Database, name: str = "warehouse") -> Hook:
    with database.begin() as tx:
        found = hooks.get(tx, name)
    assert found is not None
    return found


def test_a_hook_is_made_once_and_changed_as_the_file_says(
    baton: Command, database: Database, vault: Vault, tmp_path: Path
) -> None:
    """Its secret comes from the environment; the same file again touches nothing."""
    file = _file(tmp_path, warehouse=HOOK)
    trial = baton("apply", "-f", file, "--diff", HOOK_SECRET=ONE)
    with database.begin() as tx:
        tried = hooks.every(tx)
    made = baton("apply", "-f", file, "--json", HOOK_SECRET=ONE)
    stored = _hook(database)
    again = baton("apply", "-f", file, "--json", HOOK_SECRET=ONE)
    untouched = _hook(database)
    file = _file(tmp_path, warehouse=HOOK | {"events": ["*"], "enabled": False})
    diff = baton("apply", "-f", file, "--diff", HOOK_SECRET=ONE)
    changed = baton("apply", "-f", file, "--json", HOOK_SECRET=ONE)

    assert (trial.code, tried) == (2, [])
    assert _rows(made.out) == [("hook warehouse", "new")]
    assert vault.open(stored.secret, owner_of("warehouse")) == {"current": ONE}
    assert _rows(again.out) == [("hook warehouse", "same")]
    assert untouched == stored
    assert (diff.code, diff.err) == (2, "")
    assert [line.strip() for line in diff.out.splitlines()] == [
        "changed  hook warehouse", "@@ -2,5 +2,4 @@", "events:", "-- stage.changed",
        "-- handoff.*", "+- '*'", "description: ''", "-enabled: true", "+enabled: false",
    ]  # fmt: skip
    assert _rows(changed.out) == [("hook warehouse", "changed")]
    assert (_hook(database).state, _hook(database).cursor) == ("off", stored.cursor)


def test_another_secret_is_a_change_that_is_not_shown(
    baton: Command, database: Database, vault: Vault, tmp_path: Path
) -> None:
    """The hook keeps its place."""
    file = _file(tmp_path, warehouse=HOOK)
    baton("apply", "-f", file, HOOK_SECRET=ONE)

    ended = baton("apply", "-f", file, "--json", HOOK_SECRET=OTHER)

    assert json.loads(ended.out) == [
        {"what": "hook warehouse", "verdict": "changed", "lines": ["secret changes"]}
    ]
    assert vault.open(_hook(database).secret, owner_of("warehouse"))["current"] == OTHER
    assert OTHER not in ended.out + ended.err


def test_what_is_exported_can_be_applied_again(
    baton: Command, database: Database, tmp_path: Path
) -> None:
    """The export names the variable of the secret; one without hooks does not mention them."""
    empty = baton("export").out
    baton("apply", "-f", _file(tmp_path, warehouse=HOOK | {"description": "数値"}), HOOK_SECRET=ONE)
    stored, exported = _hook(database), baton("export").out
    again = tmp_path / "again.yaml"
    again.write_text(exported, "utf-8")

    ended = baton("apply", "-f", str(again), "--json", WAREHOUSE_HOOK_SECRET=ONE)

    assert "hooks" not in yaml.safe_load(empty)
    assert ONE not in exported
    assert yaml.safe_load(exported)["hooks"] == {
        "warehouse": configured(stored) | {"secret": "${WAREHOUSE_HOOK_SECRET}"}
    }
    assert _rows(ended.out) == [("hook warehouse", "same")]
    assert _hook(database) == stored


def test_without_a_secret_one_is_made_and_later_kept(
    baton: Command, database: Database, tmp_path: Path
) -> None:
    """It is not printed; the file says how to learn one."""
    file = _file(tmp_path, warehouse={key: HOOK[key] for key in ("url", "events")})

    made = baton("apply", "-f", file)
    sealed = _hook(database).secret
    again = baton("apply", "-f", file, "--json")

    assert "its secret was made: rotate it on the page Webhooks to see one" in made.out
    assert "whsec_" not in made.out
    assert _rows(again.out) == [("hook warehouse", "same")]
    assert _hook(database).secret == sealed


@pytest.mark.parametrize(
    ("name", "wrong", "told"),
    [
        ("warehouse", {"events": ["stage.change"]},
         'hook "warehouse": /events/0: no event is called "stage.change"; did you mean'),
        ("warehouse", {"url": "http://hooks.example.com/"}, 'hook "warehouse": /url: '),
        ("warehouse", {"secret": "whsec_short"}, 'hook "warehouse": /secret: '),
        ("warehouse", {"secrt": "x"}, 'hook "warehouse": /secrt: '),
        ("ware house", {}, 'hook "ware house": /: a name is small letters'),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(
    baton: Command, database: Database, *, name: str, wrong: Any, told: str
) -> None:
    """And stops all of the file."""
    file = _file(baton.folder, aside=HOOK, **{name: HOOK | wrong})

    ended = baton("apply", "-f", file, HOOK_SECRET=ONE)

    assert ended.code == 1
    assert ended.err.startswith(f"baton: {told}")
    with database.begin() as tx:
        assert hooks.every(tx) == []


def test_a_variable_that_is_not_set_is_named(baton: Command, tmp_path: Path) -> None:
    """A hook never signs with an empty secret."""
    ended = baton("apply", "-f", _file(tmp_path, warehouse=HOOK))

    assert ended.code == 1
    assert "hooks/warehouse/secret: the environment has no HOOK_SECRET" in ended.err


def test_promotion_keeps_the_hooks_of_the_target(
    baton: Command, database: Database, tmp_path: Path
) -> None:
    """The receivers of a rehearsal are not told what happens in production."""
    baton("apply", "-f", _file(tmp_path, warehouse=HOOK), HOOK_SECRET=ONE)
    stored = _hook(database)
    staging = {
        "connections": {"ma": {"vendor": "memory", "role": "ma"}},
        "hooks": {"warehouse": HOOK | {"url": "https://staging.example.com/"}},
    }
    file = tmp_path / "staging.yaml"
    file.write_text(yaml.safe_dump(staging), "utf-8")

    ended = baton("apply", "-f", str(file), "--map", "ma=ma-prod", "--json")

    assert _rows(ended.out) == [("hook warehouse", "kept"), ("connection ma-prod", "new")]
    assert _hook(database) == stored
