"""Reading documents from text: plain YAML or JSON, and errors that name the line or the place."""

import pytest

from mappings.source import LONGEST, DocumentError, dump, parse, validate

YAML = """\
kind: person
sfa: crm
fields:
  - name: country
    ma: country
    sfa: Country
    transforms:
      ma: [trim, {values: {NO: Norway, 1: One, on: "On"}}]
    const:
    default: {sfa: 1.5e3}
"""
JSON = """{"kind": "person", "sfa": "crm", "fields": [\t{"name": "country", "ma": "country",
"sfa": "Country", "default": {"sfa": 1500.0}, "transforms": {"ma": ["trim",
{"values": {"NO": "Norway", "1": "One", "on": "On"}}]}}]}"""


def test_yaml_and_json_say_the_same() -> None:
    """Keys are text, and NO is Norway, not false."""
    doc = parse(YAML)

    assert doc == parse(JSON)
    step = doc.fields[0].steps("ma")[1]
    assert step.source == {"values": {"NO": "Norway", "1": "One", "on": "On"}}
    assert not step.fault


def test_yaml_in_braces_is_yaml() -> None:
    """A flow mapping is not taken for broken JSON."""
    doc = parse("{kind: person, fields: [{name: a, ma: b, blank: clear}]}")

    assert doc.fields[0].blank == "clear"


def test_a_document_is_written_in_order_and_without_defaults() -> None:
    """What a person reads is short, and in the order in which the keys are explained."""
    assert dump(parse(YAML)) == (
        "kind: person\nsfa: crm\nfields:\n- name: country\n  ma: country\n  sfa: Country\n"
        "  transforms:\n    ma:\n    - trim\n    - values:\n        'NO': Norway\n"
        "        '1': One\n        'on': 'On'\n  default:\n    sfa: 1500.0\n"
    )


def test_equal_parts_are_written_twice_and_not_as_aliases() -> None:
    """What is written can be read again, also where one object stands in two places."""
    step = {"values": {"a": "b"}}
    sides = {"ma": [step], "sfa": [step]}
    doc = validate(
        {"kind": "person", "fields": [{"name": "a", "ma": "a", "sfa": "b", "transforms": sides}]}
    )

    assert parse(dump(doc)) == doc


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("kind: person\nkind: company\n", "line 2", 'the key "kind" stands twice'),
        ("kind: person\nfields: [\n  {name: a\n", "line 4", "expected ',' or '}'"),
        ("kind: person\n  sfa: x\n", "line 2", "mapping values are not allowed here"),
        ("kind: &k person\nsfa: *k\n", "line 2", "aliases and tags are not allowed"),
        ("kind: !!python/name:os.system x", "line 1", "aliases and tags are not allowed"),
        ("kind: person\n? [a]\n: b\n", "line 2", "a key must be plain text"),
        ("kind: person\n\nsfa: \x07\n", "line 3", "a character that YAML does not allow"),
        ("kind: !!int x\n", "line 1", "aliases and tags are not allowed"),
        ("[" * 5_000, "line 1", "nested too deeply"),
        ('{"a":' * 50_000, "line 1", "nested too deeply"),
        ("#" * (LONGEST + 1), "line 1", f"longer than {LONGEST} characters"),
        ('{"kind": "person", "kind": "company"}', "JSON", 'the key "kind" stands twice'),
        ('{"kind": NaN}', "JSON", "NaN is not a number in JSON"),
        ("", "/", "expected a mapping of keys to values"),
        ("- a\n", "/", "expected a mapping of keys to values"),
        ("kind: person\nfields: [1]\n", "/fields/0", "expected a mapping of keys to values"),
    ],
)
def test_text_that_is_no_document_is_refused(text: str, where: str, message: str) -> None:
    """YAML errors name their line, schema errors their JSON pointer."""
    with pytest.raises(DocumentError) as refusal:
        parse(text)

    assert refusal.value.problems[0][0] == where
    assert message in refusal.value.problems[0][1]
