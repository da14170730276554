"""A package brought into the org by the Metadata API, and what came of each component.

Source: Metadata API developer guide, "Deploy Using REST", "DeployResult", "DeployMessage".
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from typing import Any

import httpx

from connectors.base import Busy, Rejected
from connectors.salesforce.package.files import Package, Part
from connectors.salesforce.session import Api

PATH = "metadata/deployRequest"
PATIENCE_S = 900.0
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 10.0
SHOWN = 10  # problems that a refusal tells
_FIXES: Mapping[str, str] = {  # words in a problem -> what to do
    r"transl|language": "switch on the translation workbench with Japanese, or set "
    "package_translations to false",
    r"flow.*active|activat|coverage": "switch on Deploy processes and flows as active in Process "
    "Automation Settings, or leave messages_to empty",
    r"canvas": "switch Canvas on in Setup, or set package_timeline to false",
    r"user permission|SendCustomNotif": "the org's edition does not have it: give the "
    "integration user what it is called there by hand",
    r"change the type|already (a|exists)|duplicate": "another field has this name: rename it or "
    "delete it in Setup, and erase it among the deleted fields",
    r"no CustomField|does not exist|not found": "the user who installs must see the object",
    r"limit|maximum": "the object has all custom fields it may have: delete some in Setup",
    r"insufficient|access|permission": "give the user who installs Modify Metadata Through "
    "Metadata API Functions and Customize Application",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one component: create, change, same or remove."""

    part: Part
    what: str


def deploy(
    api: Api, package: Package, *, check: bool, sleep: Callable[[float], None] = time.sleep
) -> Sequence[Done]:
    """Deploy all of it or nothing; with `check` only see whether it could be.

    Raises: Rejected with every problem, its file and its fix; Busy where it takes too long.
    """
    asked = {
        "deployOptions": {
            "checkOnly": check,
            "rollbackOnError": True,
            "ignoreWarnings": True,
            "singlePackage": True,
            "allowMissingFiles": False,
        }
    }
    answer = _post(api, dumps(asked), package.zipped())
    id_ = str(answer.get("id") or "")
    if not id_:
        raise Busy(f"{PATH}: an answer without the deployment's id")
    result = _wait(api, id_, sleep)
    details = result.get("details") or {}
    if not result.get("success"):
        raise _refusal(result, _rows(details, "componentFailures"))
    return [
        Done((str(row["componentType"]), str(row["fullName"])), _what(row))
        for row in _rows(details, "componentSuccesses")
        if row.get("componentType")
    ]


def _post(api: Api, options: str, zipped: bytes) -> Mapping[str, Any]:
    parts = {
        "json": (None, options.encode(), "application/json"),
        "file": ("deploy.zip", zipped, "application/zip"),
    }
    form = httpx.Request("POST", "https://form.invalid/", files=parts)
    headers = {"Content-Type": form.headers["Content-Type"], "Accept": "application/json"}
    url = f"{api.sdk.base_url}{PATH}"
    response = api.session.request("POST", url, headers=headers, data=form.read())
    answer = response.json()
    return answer if isinstance(answer, dict) else {}


def _wait(api: Api, id_: str, sleep: Callable[[float], None]) -> Mapping[str, Any]:
    """Look until it is done, at longer and longer intervals."""
    waited_s, next_s = 0.0, FIRST_WAIT_S
    while True:
        answer = api.call("GET", f"{PATH}/{id_}", params={"includeDetails": "true"})
        result = answer.get("deployResult") if isinstance(answer, dict) else None
        if not isinstance(result, dict):
            raise Busy(f"{PATH}: an answer without the deployment's result")
        if result.get("done"):
            return result
        if waited_s >= PATIENCE_S:
            reason = f"the deployment {id_} is still {result.get('status')}; see Deployment Status"
            raise Busy(reason, retry_in_s=PATIENCE_S)
        sleep(next_s)
        waited_s, next_s = waited_s + next_s, min(next_s * 2, LONGEST_WAIT_S)


def _rows(details: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list, which is the one row by itself where there is only one."""
    found = details.get(name) or []
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if isinstance(row, dict)]


def _what(row: Mapping[str, Any]) -> str:
    if row.get("deleted"):
        return "remove"
    if row.get("created"):
        return "create"
    return "change" if row.get("changed") else "same"


def _refusal(result: Mapping[str, Any], failures: Sequence[Mapping[str, Any]]) -> Rejected:
    """Every problem on a line: file, component, Salesforce's words, fix."""
    told = [_problem(row) for row in failures[:SHOWN]]
    if len(failures) > SHOWN:
        told.append(f"and {len(failures) - SHOWN} more")
    reason = str(result.get("errorMessage") or result.get("status") or "failed")
    lines = "".join(f"\n  {line}" for line in told) or f" ({reason})"
    return Rejected(f"Salesforce does not take the package:{lines}", code="DEPLOYMENT")


def _problem(row: Mapping[str, Any]) -> str:
    problem = str(row.get("problem") or "no reason given")
    place = f":{row['lineNumber']}" if row.get("lineNumber") else ""
    fixes = (fix for words, fix in _FIXES.items() if re.search(words, problem, re.IGNORECASE))
    fix = next(fixes, "the file is made by connectors/salesforce/package")
    name = f"{row.get('componentType') or ''} {row.get('fullName') or ''}".strip()
    return f"{row.get('fileName')}{place}: {name}: {problem}; {fix}"
