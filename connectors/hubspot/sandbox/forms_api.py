"""Form definitions. Source: HubSpot's published OpenAPI, "Forms"; HubSpot developer docs."""

import uuid
from typing import Any

from connectors.hubspot.sandbox import form_shape
from connectors.hubspot.sandbox.errors import invalid, resource_not_found
from connectors.hubspot.sandbox.forms import Form
from connectors.hubspot.sandbox.http import VERSIONS, Answer, Call, Endpoint
from connectors.hubspot.sandbox.objects_api import paging

SCOPE = "forms"
DEFAULT_PAGE, MOST_PER_PAGE = 20, 500  # widely used software asks for 100
OURS = ("id", "archived", "createdAt", "updatedAt", "archivedAt")
DEFAULTS: dict[str, Any] = {
    "configuration": {
        "language": "en", "cloneable": True, "editable": True, "archivable": True,
        "recaptchaEnabled": False, "notifyContactOwner": False, "notifyRecipients": [],
        "createNewContactForNewEmail": False, "prePopulateKnownValues": True,
        "allowLinkToResetKnownValues": False, "lifecycleStages": [],
        "postSubmitAction": {"type": "thank_you", "value": "Thanks for submitting the form."},
    },
    "displayOptions": {
        "renderRawHtml": False, "theme": "default_style", "submitButtonText": "Submit",
        "cssClass": None,
        "style": {
            "fontFamily": "arial, helvetica, sans-serif", "backgroundWidth": "100%",
            "labelTextColor": "#33475b", "labelTextSize": "14px", "helpTextColor": "#7C98B6",
            "helpTextSize": "11px", "legalConsentTextColor": "#33475b",
            "legalConsentTextSize": "14px", "submitColor": "#ff7a59",
            "submitAlignment": "left", "submitFontColor": "#ffffff", "submitSize": "12px",
        },
    },
    "legalConsentOptions": {"type": "none"},
}  # fmt: skip


def needed(call: Call) -> Form:
    form = call.portal.forms.all.get(call.params["form_id"])
    archived = call.query.get("archived") == "true"
    if form is None or (form.archived_ms is not None) != archived:
        raise resource_not_found()
    return form


def list_forms(call: Call) -> Answer:
    limit = call.whole("limit", DEFAULT_PAGE, MOST_PER_PAGE)
    archived = call.query.get("archived") == "true"
    kinds = set(call.names("formTypes")) or {"hubspot"}
    found = [
        form
        for form in call.portal.forms.all.values()
        if (form.archived_ms is not None) == archived
        and ("all" in kinds or form.body["formType"] in kinds)
    ]
    start = call.number(call.query.get("after") or 0)
    body: dict[str, Any] = {"results": [f.as_json() for f in found[start : start + limit]]}
    if start + limit < len(found):
        body["paging"] = paging(call, str(start + limit))
    return 200, body


def get(call: Call) -> Answer:
    return 200, needed(call).as_json()


def create(call: Call) -> Answer:
    body, now_ms = _checked(call, call.mapping("name", "fieldGroups")), call.portal.now_ms()
    form = Form(str(uuid.uuid4()), body, now_ms, now_ms)
    call.portal.forms.all[form.id] = form
    return 201, form.as_json()


def change(call: Call) -> Answer:
    """PATCH: whole parts are exchanged; what is left out stays."""
    form, body = needed(call), call.mapping()
    form.body = _checked(call, {**form.body, **body})
    form.updated_ms = call.portal.now_ms()
    return 200, form.as_json()


def replace(call: Call) -> Answer:
    form = needed(call)
    form.body = _checked(call, call.mapping("name", "fieldGroups"))
    form.updated_ms = call.portal.now_ms()
    return 200, form.as_json()


def archive(call: Call) -> Answer:
    needed(call).archived_ms = call.portal.now_ms()
    return 204, None


def _checked(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """Raises: ApiError where the definition makes no sense."""
    body = filled(DEFAULTS, {k: v for k, v in given.items() if k not in OURS})
    body.setdefault("formType", "hubspot")
    form_shape.check(body)
    fields = Form("", body, 0, 0).fields()
    names = [(str(one.get("objectTypeId") or "0-1"), str(one["name"])) for one in fields]
    if len(set(names)) != len(names):
        raise invalid("A form can have each field only once")
    for type_id, name in names:
        if call.portal.schema(call.portal.kind(type_id)).live(name) is None:
            raise invalid(f'Property "{name}" does not exist', name=[name])
    return body


def filled(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """What is given, and what HubSpot puts where nothing is, part by part."""
    parts = {
        name: filled(held, given[name])
        for name, held in defaults.items()
        if isinstance(held, dict) and isinstance(given.get(name), dict)
    }
    return {**defaults, **given, **parts}


def _paths(rest: str = "") -> tuple[str, ...]:
    dated = tuple(f"/marketing/forms/{v}{beta}" for v in VERSIONS for beta in ("", "-beta"))
    return tuple(f"{root}{rest}" for root in ("/marketing/v3/forms", *dated))


ENDPOINTS = (
    Endpoint("GET", _paths(), list_forms, scope=SCOPE),
    Endpoint("POST", _paths(), create, scope=SCOPE),
    Endpoint("GET", _paths("/{form_id}"), get, scope=SCOPE),
    Endpoint("PATCH", _paths("/{form_id}"), change, scope=SCOPE),
    Endpoint("PUT", _paths("/{form_id}"), replace, scope=SCOPE),
    Endpoint("DELETE", _paths("/{form_id}"), archive, scope=SCOPE),
)
