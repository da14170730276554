"""One SOAP call with its headers, and records as SOAP writes and reads them.

Source: partner and enterprise WSDL; SOAP API developer guide, "SOAP Headers".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

from connectors.salesforce.sandbox import access
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soap_xml import XSI, Fault, child, element, is_nil, local, text
from connectors.salesforce.sandbox.state import State

PARTNER = "u"
XSD_FALSE = frozenset({"false", "0", ""})


@dataclass(frozen=True, slots=True)
class SoapCall:
    """`kind` is u (partner) or c (enterprise); `headers` are the envelope's, by name."""

    state: State
    operation: Element
    actor: Actor
    kind: str
    version: str
    headers: Mapping[str, Element]
    base_url: str

    @property
    def org(self) -> Org:
        return self.state.org

    def header(self, name: str, key: str) -> str:
        found = self.headers.get(name)
        return "" if found is None else text(found, key)

    def made(self, name: str) -> SObject:
        """Raises: Fault."""
        found = self.org.schema.find(name)
        if found is None:
            raise Fault("INVALID_TYPE", f"sObject type '{name}' is not supported.")
        return found


def with_headers(actor: Actor, headers: Mapping[str, Element]) -> Actor:
    """The actor with what DuplicateRuleHeader and AssignmentRuleHeader ask for."""
    if (rule := headers.get("DuplicateRuleHeader")) is not None:
        actor = replace(actor, allows_duplicates=text(rule, "allowSave").lower() == "true")
    if (rule := headers.get("AssignmentRuleHeader")) is not None:
        asks = text(rule, "assignmentRuleId") or text(rule, "useDefaultRule").lower() == "true"
        actor = replace(actor, auto_assigns=bool(asks))
    return actor


# records out


def record(call: SoapCall, shown: Mapping[str, Any] | None, tag: str = "records") -> str:
    """A record that a query shows, as XML; dates are in SOAP's manner."""
    if shown is None:
        return f'<{tag} xsi:nil="true"/>'
    kind = shown["attributes"]["type"]
    own = [_value(call, name, value) for name, value in shown.items() if name != "attributes"]
    if call.kind != PARTNER:
        return f'<{tag} xsi:type="sf:{kind}">{"".join(own)}</{tag}>'
    id_ = element("sf:Id", shown.get("Id"))
    return f'<{tag} xsi:type="sf:sObject"><sf:type>{kind}</sf:type>{id_}{"".join(own)}</{tag}>'


def _value(call: SoapCall, name: str, value: Any) -> str:
    tag = f"sf:{name}"
    if isinstance(value, Mapping) and "records" in value:
        return f'<{tag} xsi:type="QueryResult">{result(call, value)}</{tag}>'
    if isinstance(value, Mapping) and "attributes" in value:
        return record(call, value, tag)
    if isinstance(value, Mapping):
        parts = "".join(element(part, inner) for part, inner in value.items())
        return f'<{tag} xsi:type="address">{parts}</{tag}>'
    return element(tag, soap_text(value))


def soap_text(value: Any) -> Any:
    if isinstance(value, str) and value.endswith("+0000") and "T" in value:
        return f"{value[:-5]}Z"
    return value


def result(call: SoapCall, page: Mapping[str, Any]) -> str:
    """The inside of a QueryResult."""
    locator = str(page.get("nextRecordsUrl", "")).rpartition("/")[2] or None
    shown = "".join(record(call, one) for one in page["records"])
    head = element("done", page["done"]) + element("queryLocator", locator)
    return f"{head}{shown}{element('size', page['totalSize'])}"


# records in


def kind_of(node: Element) -> str:
    """An sObject's type: an element of its own, or its xsi:type."""
    return text(node, "type") or node.get(f"{{{XSI}}}type", "").rpartition(":")[2]


def fields_of(org: Org, made: SObject, node: Iterable[Element], user_id: str) -> dict[str, Any]:
    """The values of an sObject element, Id included; `fieldsToNull` and `xsi:nil` are nulls."""
    found: dict[str, Any] = {}
    for one in node:
        name = local(one)
        if name == "fieldsToNull":
            found[one.text or ""] = None
        elif len(one):
            found[name] = _parent(one)
        elif name != "type":
            field = access.find(org, user_id, made, name)
            found[name] = None if is_nil(one) else typed(field, one.text or "")
    return found


def _parent(node: Element) -> dict[str, Any]:
    """A parent by external id."""
    kind = kind_of(node)
    own = {local(one): one.text or "" for one in node if local(one) != "type"}
    return {"attributes": {"type": kind}, **own} if kind else own


def typed(field: Field | None, value: str) -> Any:
    if field is not None and field.type == "boolean" and value.lower() in {"1", "0"}:
        return value == "1"
    return value


def errors(problem: Problem) -> str:
    names = "".join(element("fields", name) for name in problem.fields or [])
    about = element("message", problem.message) + element("statusCode", problem.code)
    return f"<errors>{names}{about}</errors>"


def required(node: Element, name: str) -> str:
    """Raises: Fault where the element is missing."""
    if (found := child(node, name)) is None:
        raise Fault("MISSING_ARGUMENT", f"{name} not specified")
    return (found.text or "").strip()
