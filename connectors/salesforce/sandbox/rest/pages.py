"""What clients ask that build pages: layouts, list views, quick actions, tabs, recent records.

The sandbox has one page layout for each object, with all of its fields in one section, no list
views and no quick actions. Source: REST API guide, the resources of the same names.
"""

from typing import Any

from connectors.salesforce.sandbox import access, describe, record_types
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.problems import not_found
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, data_url
from connectors.salesforce.sandbox.schema import SObject

TABS = ("Lead", "Account", "Contact", "Opportunity", "Campaign", "Task")
RECENT = 200


def layouts(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    org = call.state.org
    made = org.schema.get(object)
    infos = record_types.infos(org, made, call.version)
    mappings = [
        {
            "active": one["active"], "available": one["available"],
            "defaultRecordTypeMapping": one["defaultRecordTypeMapping"],
            "developerName": one["developerName"], "layoutId": _layout_id(made),
            "master": one["master"], "name": one["name"],
            "picklistsForRecordType": _picklists(made), "recordTypeId": one["recordTypeId"],
            "urls": one["urls"],
        }
        for one in infos
    ]  # fmt: skip
    body = {
        "layouts": [_layout(call, made)],
        "recordTypeMappings": mappings,
        "recordTypeSelectorRequired": [len(infos) > 1],
    }
    return Answer(body=body)


def layout(call: Call, object: str, id: str) -> Answer:  # noqa: A002  the template's names
    made = call.state.org.schema.get(object)
    infos = record_types.infos(call.state.org, made, call.version)
    if canonical(id) not in {one["recordTypeId"] for one in infos}:
        raise not_found()
    return Answer(body=_layout(call, made))


def named_layout(call: Call, object: str, name: str) -> Answer:  # noqa: A002  as above
    del name
    return Answer(body={"layouts": [_layout(call, call.state.org.schema.get(object))]})


def _layout_id(made: SObject) -> str:
    return canonical(f"00h000000000{made.prefix}") or ""


def _layout(call: Call, made: SObject) -> dict[str, Any]:
    fields = access.fields(call.state.org, call.actor.user_id, made)
    section = {
        "columns": 1,
        "heading": f"{made.label} Information",
        "layoutRows": [{"layoutItems": [_item(one)], "numItems": 1} for one in fields],
        "parentLayoutId": _layout_id(made),
        "rows": len(fields),
        "useCollapsibleSection": False,
        "useHeading": True,
    }
    return {
        "buttonLayoutSection": {"detailButtons": []},
        "detailLayoutSections": [section],
        "editLayoutSections": [section],
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": _layout_id(made),
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": [],
        "saveOptions": [],
    }


def _item(one: Field) -> dict[str, Any]:
    component = {
        "details": describe.describe_field(one),
        "displayLines": 1,
        "tabOrder": 1,
        "type": "Field",
        "value": one.name,
    }
    return {
        "editableForNew": one.createable,
        "editableForUpdate": one.updateable,
        "label": one.label,
        "layoutComponents": [component],
        "placeholder": False,
        "required": one.required,
    }


def _picklists(made: SObject) -> list[dict[str, Any]]:
    return [
        {"picklistName": one.name, "picklistValues": describe.describe_field(one)["picklistValues"]}
        for one in made.fields.values()
        if one.choices
    ]


def compact_layouts(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    made = call.state.org.schema.get(object)
    names = [one for one in made.fields.values() if one.name_field]
    shown = {
        "actions": [], "fieldItems": [_item(one) for one in names], "id": None,
        "imageItems": [], "label": "System Default", "name": "SYSTEM", "objectType": made.name,
    }  # fmt: skip
    mapping = {
        "available": True, "compactLayoutId": None, "compactLayoutName": "SYSTEM",
        "recordTypeId": record_types.MASTER, "recordTypeName": "Master",
    }  # fmt: skip
    body = {
        "compactLayouts": [shown], "defaultCompactLayoutId": None,
        "recordTypeCompactLayoutMappings": [mapping],
        "urls": {"primary": f"{data_url(call)}/compactLayouts?q={made.name}"},
    }  # fmt: skip
    return Answer(body=body)


def approval_layouts(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    call.state.org.schema.get(object)
    return Answer(body={"approvalLayouts": []})


def list_views(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    made = call.state.org.schema.get(object)
    none = {"done": True, "listviews": [], "nextRecordsUrl": None, "size": 0}
    return Answer(body={**none, "sobjectType": made.name})


def quick_actions(call: Call, object: str = "User") -> Answer:  # noqa: A002  the template's name
    call.state.org.schema.get(object)
    return Answer(body=[])


def tabs_of(org: Org) -> list[dict[str, Any]]:
    return [
        {
            "colors": [], "custom": False, "iconUrl": "", "icons": [],
            "label": org.schema.objects[name].plural, "miniIconUrl": "",
            "name": f"standard-{name}", "sobjectName": name, "url": f"/{name}",
        }
        for name in TABS
    ]  # fmt: skip


def tabs(call: Call) -> Answer:
    return Answer(body=tabs_of(call.state.org))


def theme(_: Call) -> Answer:
    return Answer(body={"themeItems": [{"colors": [], "icons": [], "name": n} for n in TABS]})


def recent(call: Call) -> Answer:
    """The records that were created last: nobody views records here."""
    org = call.state.org
    text = call.query.get("limit", "")
    limit = min(int(text) if text.isdecimal() and text.isascii() else RECENT, RECENT)
    rows = [row for name in TABS for row in _newest(org, org.schema.objects[name], limit)]
    rows.sort(key=lambda row: str(row.fields["CreatedDate"]), reverse=True)
    return Answer(body=[_named(call, row) for row in rows[:limit]])


def _newest(org: Org, made: SObject, limit: int) -> list[Row]:
    return org.table(made).newest(limit)[::-1]


def _named(call: Call, row: Row) -> dict[str, Any]:
    made = row.object
    url = f"{data_url(call)}/sobjects/{made.name}/{row.id}"
    name = next((f.name for f in made.fields.values() if f.name_field), "Id")
    attributes = {"type": made.name, "url": url}
    return {"attributes": attributes, "Id": row.id, "Name": row.fields.get(name)}


def password(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    """Whether it is expired; a new one by POST; one that Salesforce makes by DELETE."""
    row = call.state.org.row(canonical(id))
    if row is None or row.object.name != "User":
        raise not_found()
    if call.method == "GET":
        return Answer(body={"isExpired": False})
    if call.method == "DELETE":
        return Answer(body={"NewPassword": "Sandbox-password-1"})
    call.object()
    return Answer(204)


def rules(_: Call) -> Answer:
    return Answer(body={"rules": {}})


def approvals(_: Call) -> Answer:
    return Answer(body={"approvals": {}})


TABLE: Table = [
    ("GET", "/sobjects/{object}/describe/layouts", layouts),
    ("GET", "/sobjects/{object}/describe/layouts/{id}", layout),
    ("GET", "/sobjects/{object}/describe/namedLayouts/{name}", named_layout),
    ("GET", "/sobjects/{object}/describe/compactLayouts", compact_layouts),
    ("GET", "/sobjects/{object}/describe/approvalLayouts", approval_layouts),
    ("GET", "/sobjects/{object}/listviews", list_views),
    ("GET", "/sobjects/{object}/quickActions", quick_actions),
    ("GET", "/sobjects/User/{id}/password", password),
    ("POST", "/sobjects/User/{id}/password", password),
    ("DELETE", "/sobjects/User/{id}/password", password),
    ("GET", "/quickActions", quick_actions),
    ("GET", "/tabs", tabs),
    ("GET", "/theme", theme),
    ("GET", "/recent", recent),
    ("GET", "/process/rules", rules),
    ("GET", "/process/approvals", approvals),
]
