"""What of the package stands in the org, and whether it is Baton's.

Fields are asked of the Tooling API: a describe leaves out those that the user may not see. What
Baton made says so in its description. Source: Tooling API reference, "CustomField".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.base import Gone, Rejected
from connectors.salesforce.package.files import Part
from connectors.salesforce.package.table import ACTIVITY, MARK, SETS, FieldOf
from connectors.salesforce.schema import fields_if_there
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import one_of, select

SIZES = {"length": "Length", "precision": "Precision", "scale": "Scale"}


@dataclass(frozen=True, slots=True)
class Standing:
    """`fields` and `others` that are there -> whether Baton made them; `sizes` of its fields."""

    fields: Mapping[str, bool]
    others: Mapping[Part, bool]
    sizes: Mapping[str, Mapping[str, int]]

    def is_earlier_text(self, one: FieldOf) -> bool:
        """Whether an earlier package made it as a text: a deployment does not change a type. A
        text has its own length, a picklist none or 255.
        """
        length = self.sizes.get(one.full_name, {}).get("length")
        return bool(one.was_text) and length == one.was_text


def standing(api: Api, fields: Sequence[FieldOf]) -> Standing:
    """Look; three calls or a few more."""
    found = dict(_fields(api, fields))
    sizes = {
        name: {ours: int(row[theirs]) for ours, theirs in SIZES.items() if row.get(theirs)}
        for name, row in found.items()
    }
    return Standing({name: _is_ours(row) for name, row in found.items()}, dict(_others(api)), sizes)


def _is_ours(row: Row) -> bool:
    return MARK in str(row.get("Description") or "")


def _fields(api: Api, fields: Sequence[FieldOf]) -> Iterator[tuple[str, Row]]:
    tables = {**{one.object: one.object for one in fields}, **_custom_objects(api, fields)}
    names = sorted({one.name.removesuffix("__c") for one in fields})
    asked = ["Id", "DeveloperName", "TableEnumOrId", "Description", *SIZES.values()]
    own = "NamespacePrefix = null"
    for row in tooling(api, select(asked, "CustomField", one_of("DeveloperName", names), own)):
        table = tables.get(str(row["TableEnumOrId"]))
        if table is not None:
            yield f"{table}.{row['DeveloperName']}__c", row


def _custom_objects(api: Api, fields: Sequence[FieldOf]) -> Mapping[str, str]:
    """Ids of custom objects, by which their fields name them -> the objects."""
    names = {one.object for one in fields if one.object.endswith("__c")}
    if not names:
        return {}
    developer = {name.removesuffix("__c"): name for name in names}
    where = one_of("DeveloperName", sorted(developer))
    rows = tooling(api, select(["Id", "DeveloperName"], "CustomObject", where))
    return {str(row["Id"]): developer[str(row["DeveloperName"])] for row in rows}


def _others(api: Api) -> Iterator[tuple[Part, bool]]:
    """Permission sets and the notification type."""
    asked = (
        ("PermissionSet", "Name", SETS),
        ("CustomNotificationType", "DeveloperName", (api.settings.notification_type,)),
    )
    for kind, name, values in asked:
        soql = select(["Id", name, "Description"], kind, one_of(name, list(values)))
        for row in _either(api, soql):
            yield (kind, str(row[name])), _is_ours(row)


def _either(api: Api, soql: str) -> Sequence[Row]:
    """Some users see notification types by the Tooling API only."""
    try:
        return list(api.rows(soql))
    except Rejected:
        return tooling(api, soql)


def tooling(api: Api, soql: str) -> Sequence[Row]:
    """Raises: Rejected where the user may not set anything up."""
    try:
        answer = api.call("GET", "tooling/query/", params={"q": soql})
    except Gone as error:
        raise Rejected(str(error), code="NOT_FOUND") from error
    rows = answer.get("records") if isinstance(answer, dict) else None
    return rows if isinstance(rows, list) else []


def unfit(api: Api, fields: Iterable[FieldOf]) -> Iterator[str]:
    """What is wrong with fields that somebody else made, as far as we may see them."""
    for one in fields:
        holder = "Task" if one.object == ACTIVITY else one.object
        described = fields_if_there(api, holder).get(one.name)
        if described is None:
            continue
        told = described.get("type")
        if told != one.described_as and not (told == "string" and one.was_text):
            yield f"{one.full_name} is a {told}, not a {one.described_as}"
        elif one.name == api.settings.key_field and not _is_key(described):
            yield f"{one.full_name} is not unique or no external id"


def _is_key(described: Row) -> bool:
    return bool(described.get("externalId")) and bool(described.get("unique"))
