"""Having changes told: Baton looks for them hourly then, as is advised where they are."""

import time
from typing import Any

import httpx

from app.demo.children import DemoFailed
from app.demo.configuration import SECRETS, TOKEN_VARIABLE
from app.demo.stage import Stage

HOUR_S = 3600
SETTLE_S = 11.0  # the look that was due before is over by then


def api(stage: Stage, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """One call of Baton's own API. Raises: DemoFailed."""
    url = f"{stage.ports.url('baton')}/api/v1/{path}"
    headers = {"Authorization": f"Bearer {stage.key}"}
    answer = httpx.request(method, url, json=body, headers=headers, timeout=60)
    if not answer.is_success:
        raise DemoFailed(f"{method} {path}: {answer.text[:300]}")
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found


def hourly(stage: Stage) -> None:
    """Look hourly: HubSpot's webhooks tell what changes there, `look_now` looks at Salesforce."""
    for name in ("hubspot", "salesforce"):
        _reconnect(stage, name, {})
    time.sleep(SETTLE_S)


def look_now(stage: Stage) -> None:
    """Have what changed in Salesforce read on now, as an operator who misses somebody may."""
    body = {"email": "somebody@bench.example", "connection": "salesforce"}
    api(stage, "POST", "why/look", body)


def by_outbound_messages(stage: Stage) -> None:
    """A workflow rule of the org tells what people change on leads, and not what Baton does."""
    headers = {"Authorization": f"Bearer {SECRETS[TOKEN_VARIABLE]}"}
    url = f"{stage.ports.url('salesforce')}/services/oauth2/userinfo"
    whoami = httpx.get(url, headers=headers, timeout=60).json()
    rule = {
        "name": "Changed_Leads",
        "object": "Lead",
        "when": f"LastModifiedById != '{whoami['user_id']}'",
        "url": f"{stage.ports.url('baton')}/webhooks/salesforce",
    }
    stage.salesforce.configure({"outbound_messages": [rule]})
    _reconnect(stage, "salesforce", {"org_id": whoami["organization_id"]})


def _reconnect(stage: Stage, name: str, more: dict[str, str]) -> None:
    known = api(stage, "GET", f"connections/{name}")
    changed = {
        "vendor": known["vendor"],
        "role": known["role"],
        "settings": known["settings"] | more,
        "options": known["options"] | {"poll_s": HOUR_S, "activities_s": HOUR_S},
    }
    api(stage, "PUT", f"connections/{name}", changed)
