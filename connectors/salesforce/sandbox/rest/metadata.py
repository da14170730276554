"""Versions, resources, describe, limits.

Source: recorded `/services/data` (May 2026: up to 66.0), describe and `/limits` answers.
"""

import hashlib
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

from connectors.salesforce.sandbox import describe
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, data_url
from connectors.salesforce.sandbox.rest.org_limits import unused
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.standard.tooling import ONLY
from connectors.salesforce.sandbox.state import DAY_S
from connectors.sandbox.digits import is_whole

FIRST_VERSION = 42
SEASONS = ("Spring", "Summer", "Winter")
RESOURCES = (
    "sobjects", "query", "queryAll", "composite", "limits", "actions", "chatter", "tooling", "jobs",
    "search", "parameterizedSearch", "recent", "tabs", "theme", "quickActions", "process",
    "metadata",
)  # fmt: skip


def versions(latest: int) -> list[dict[str, str]]:
    """v42 was Spring '18; three releases a year since."""
    listed = []
    for number in range(FIRST_VERSION, latest + 1):
        years, season = divmod(number - FIRST_VERSION, 3)
        year = 18 + years + (1 if season == 2 else 0)
        label = f"{SEASONS[season]} '{year}"
        url = f"/services/data/v{number}.0"
        listed.append({"label": label, "url": url, "version": f"{number}.0"})
    return listed


def known(version: str, latest: int) -> bool:
    number, _, rest = version.partition(".")
    return rest == "0" and is_whole(number) and FIRST_VERSION <= int(number) <= latest


def resources(call: Call) -> Answer:
    found = {name: f"{data_url(call)}/{name}" for name in RESOURCES}
    found["identity"] = f"{call.base_url}/id/{call.state.org.id}/{call.actor.user_id}"
    return Answer(body=found)


def describe_global(call: Call) -> Answer:
    schema = call.state.org.schema
    objects = [made for name, made in sorted(schema.objects.items()) if name not in ONLY]
    shown = [describe.summary(made, call.version) for made in objects]
    return _cached(call, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": shown}, "global")


def describe_tooling(call: Call) -> Answer:
    """The objects of the Tooling API that the sandbox has."""
    objects = call.state.org.schema.objects
    shown = [describe.summary(objects[name], call.version) for name in sorted(ONLY)]
    return Answer(body={"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": shown})


def describe_object(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    org = call.state.org
    made = org.schema.get(object)
    shown = describe.full(org, made, call.version, call.actor.user_id)
    rights = ",".join(f"{f['name']}{f['updateable']:d}" for f in shown["fields"])
    return _cached(call, shown, f"{made.name}-{rights}")


def basics(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    """What an object is, and the newest records."""
    org = call.state.org
    made = org.schema.get(object)
    rows = org.table(made).newest(5)
    shown = {
        "objectDescribe": describe.summary(made, call.version),
        "recentItems": [_recent(call, made, row.id, row.fields) for row in rows],
    }
    return Answer(body=shown)


def _recent(call: Call, made: SObject, id_: str, fields: dict[str, Any]) -> dict[str, Any]:
    url = f"{data_url(call)}/sobjects/{made.name}/{id_}"
    name_field = next((f.name for f in made.fields.values() if f.name_field), "Id")
    shown = {"Id": id_, name_field: fields.get(name_field)}
    return {"attributes": {"type": made.name, "url": url}, **shown}


def _cached(call: Call, body: Any, name: str) -> Answer:
    """`body` with ETag and Last-Modified, or 304 where the client has it already."""
    org = call.state.org
    revision = f"{name}-{call.version}-{org.schema.revision}-{org.schema_changed_at}"
    etag = f'"{hashlib.sha256(revision.encode()).hexdigest()[:32]}"'
    changed_at = int(org.schema_changed_at)
    headers = {"ETag": etag, "Last-Modified": formatdate(changed_at, usegmt=True)}
    if _has_it(call, etag, changed_at):
        return Answer(304, None, headers)
    return Answer(200, body, headers)


def _has_it(call: Call, etag: str, changed_at: int) -> bool:
    if (tags := call.headers.get("if-none-match")) is not None:
        seen = {
            tag.strip().removeprefix("W/").removesuffix('-gzip"').strip('"')
            for tag in tags.split(",")
        }
        return etag.strip('"') in seen or "*" in seen
    try:
        since = parsedate_to_datetime(call.headers.get("if-modified-since", ""))
    except (TypeError, ValueError):
        return False
    return since.timestamp() >= changed_at


def limits(call: Call) -> Answer:
    state = call.state
    config = state.config
    daily = config.daily_api_requests
    shown: dict[str, dict[str, Any]] = unused()
    jobs = config.daily_query_jobs
    left = max(0, jobs - state.bulk.count_since("query", DAY_S))
    shown["DailyBulkV2QueryJobs"] = {"Max": jobs, "Remaining": left}
    shown["DailyApiRequests"] = {"Max": daily, "Remaining": max(0, daily - state.calls.count)}
    return Answer(body=dict(sorted(shown.items())))


TABLE: Table = [
    ("GET", "", resources),
    ("GET", "/limits", limits),
    ("GET", "/sobjects", describe_global),
    ("GET", "/sobjects/{object}", basics),
    ("GET", "/sobjects/{object}/describe", describe_object),
    ("GET", "/tooling/sobjects", describe_tooling),
    ("GET", "/tooling/sobjects/{object}/describe", describe_object),
]
