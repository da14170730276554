"""The configuration reference says what the settings are."""

import re
from collections.abc import Mapping

import pytest
from pydantic import SecretStr

from app.flows.options import Options
from app.settings import Settings

ROW = re.compile(r"^\| `(BATON_[A-Z_]+)` \| ([^|]*) \|", re.MULTILINE)
FAULTS_ONLY = {"crash_at"}


def shown(value: object) -> str:
    """A default as the reference writes it."""
    match value:
        case None:
            return "none"
        case SecretStr():
            return "secret"
        case bool():
            return f"`{str(value).lower()}`"
        case frozenset():
            return "none" if not value else ",".join(sorted(map(str, value)))
        case float() if value.is_integer():
            return f"`{int(value)}`"
        case _:
            return f"`{value}`"


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_every_setting_is_in_the_reference_with_its_default(
    documents: Mapping[str, str], name: str
) -> None:
    """No setting is missing, none is invented, and the defaults are those of the code."""
    expected = {
        f"BATON_{field.upper()}": shown(info.default)
        for field, info in Settings.model_fields.items()
        if field not in FAULTS_ONLY
    }
    told = {
        key: re.sub(r"^(なし)$", "none", default) for key, default in ROW.findall(documents[name])
    }

    assert told == expected


def test_every_option_of_a_connection_is_in_the_readme(documents: Mapping[str, str]) -> None:
    """What can be set about any connection is named with its default."""
    rows = dict(
        re.findall(r"^\| `([a-z_]+)` \| (`[^|]*`) \|", documents["README.md"], re.MULTILINE)
    )
    expected = {name: shown(info.default) for name, info in Options.model_fields.items()}

    assert {name: rows.get(name) for name in expected} == expected


def test_no_document_names_an_unknown_setting(documents: Mapping[str, str]) -> None:
    """A BATON_ name in a document is a setting, or one of the few names around them."""
    around = {"BATON_DB_PASSWORD", "BATON_WRITE_DOCS", "BATON_DOMAIN"}
    known = {f"BATON_{field.upper()}" for field in Settings.model_fields} | around
    unknown = {
        (name, word)
        for name, text in documents.items()
        for word in re.findall(r"\bBATON_[A-Z][A-Z_]*", text)
        if word not in known
    }

    assert sorted(unknown) == []
