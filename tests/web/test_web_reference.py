"""The page that explains the API to people."""

from html.parser import HTMLParser
from typing import Any

import pytest

from app.web.api.shapes import example, phrase
from tests.web.conftest import Site

DOCS = "/api/v1/docs"


class Reader(HTMLParser):
    """What a page holds: its text, ids, and addresses that it links to or loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.ids, self.links, self.loads = "", list[str](), list[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        if tag in {"script", "link", "img", "iframe"}:
            self.loads.append(str(given))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(site: Site) -> Reader:
    return Reader(site.call("GET", DOCS, None).text)


def test_the_page_needs_no_internet(site: Site) -> None:
    """It loads nothing, and may load nothing but the style that stands in it."""
    answer = site.call("GET", DOCS, None)

    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "http" not in policy
    assert Reader(answer.text).loads == []


def test_every_operation_is_explained(site: Site) -> None:
    """With its role, parameters and schemas; every link on the page leads somewhere."""
    document: dict[str, Any] = site.call("GET", "/api/v1/openapi.json", None).json()
    page = read(site)

    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["operationId"] in page.ids
            for parameter in operation.get("parameters", ()):
                assert parameter["name"] in page.text
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert [one for one in page.links if one[1:] not in page.ids] == ["/api/v1/openapi.json"]


def test_examples_are_those_of_the_models(site: Site) -> None:
    """What to send is shown as it would be sent."""
    text = read(site).text

    assert '"access_token": "pat-na1-…"' in text
    assert '"code": "required"' in text
    assert "needs the role operator" in text


@pytest.mark.parametrize(
    ("schema", "said", "value"),
    [
        ({"type": "integer", "minimum": 1}, "integer, at least <code>1</code>", 1),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, "boolean or null", True),
        ({"enum": ["<a>", "b"]}, "<code>&lt;a&gt;</code> | <code>b</code>", "<a>"),
        ({"type": "array", "items": {"type": "string"}}, "list of string", ["text"]),
        ({"$ref": "#/x/One"}, '<a href="#schema-One">One</a>', {"n": 7}),
        ({"type": "object"}, "object", {}),
        ({}, "anything", None),
    ],
)
def test_schemas_are_put_into_words(schema: dict[str, Any], said: str, value: object) -> None:
    """With an example each, and never as markup."""
    one = {"properties": {"n": {"type": "integer", "examples": [7]}}}

    assert phrase(schema) == said
    assert example(schema, {"One": one}) == value


def test_a_schema_that_holds_itself_has_an_example() -> None:
    """It ends."""
    own = {"properties": {"child": {"$ref": "#/x/Own"}}}

    assert "child" in example({"$ref": "#/x/Own"}, {"Own": own})
