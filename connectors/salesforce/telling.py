"""The org tells of changed records by outbound messages: put there with the package, if wanted.

A flow is removed version by version, once none of them is active.
Source: Tooling API reference, "FlowDefinition" (activeVersionNumber 0 deactivates), "Flow".
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from connectors.base import Rejected
from connectors.salesforce.ids import canonical
from connectors.salesforce.package.files import Part
from connectors.salesforce.package.messages import FLOW, MESSAGE, NAME, Teller, flows, messages
from connectors.salesforce.session import Api
from connectors.salesforce.soql import equals, one_of, select
from connectors.salesforce.standing import tooling


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow of ours that is there, with its object and the numbers of its versions."""

    id: str
    object: str
    name: str
    active: bool
    versions: tuple[int, ...]


def parts(
    api: Api, key: str | None, user: Callable[[Api], str]
) -> Mapping[Part, Mapping[str, str]]:
    """What is to be deployed; nothing without `messages_to`. `user` tells who Baton is there.

    Raises: Rejected without what makes messages trustworthy.
    """
    address = api.settings.messages_to
    if address is None:
        return {}
    if key is None or api.settings.org_id is None:
        tip = "messages_to: nothing signs outbound messages: set the secret webhook_key and org_id"
        raise Rejected(tip, code="SECRETS_MISSING", fields=("webhook_key", "org_id"))
    id_ = user(api)
    found = [*api.rows(select(["Id", "Username"], "User", equals("Id", id_)))]
    if not found:
        raise Rejected(f"the user {id_} is not shown to us", code="NO_USER")
    teller = Teller(f"{address}?key={quote(key, safe='')}", str(found[0]["Username"]), id_)
    return messages(teller, api.settings)


def there(api: Api) -> Sequence[Flow]:
    """Our flows that are there; one call, two where there are any."""
    asked = ["Id", "DeveloperName", "ActiveVersionId"]
    objects = {flow: name for name, flow in flows(api.settings).items()}
    named_so = one_of("DeveloperName", sorted(objects))
    rows = tooling(api, select(asked, "FlowDefinition", named_so, "NamespacePrefix = null"))
    if not rows:
        return ()
    ids = [canonical(str(row["Id"])) for row in rows]
    versions: dict[str, list[int]] = {}
    found = select(["Id", "DefinitionId", "VersionNumber"], "Flow", one_of("DefinitionId", ids))
    for row in tooling(api, found):
        of = versions.setdefault(canonical(str(row["DefinitionId"])), [])
        of.append(int(row["VersionNumber"]))
    return [
        Flow(
            id_, objects[str(row["DeveloperName"])], str(row["DeveloperName"]),
            row["ActiveVersionId"] is not None,
            tuple(sorted(versions.get(id_, ()))),
        )
        for id_, row in zip(ids, rows, strict=True)
    ]  # fmt: skip


def switch_off(api: Api, found: Sequence[Flow]) -> None:
    """Deactivate them: an active one can't be removed."""
    for one in found:
        if one.active:
            body = {"Metadata": {"activeVersionNumber": 0}}
            api.call("PATCH", f"tooling/sobjects/FlowDefinition/{one.id}", body)


def removed(found: Sequence[Flow]) -> Iterator[Part]:
    """As a deployment removes them: each version, then the messages."""
    for one in found:
        yield from ((FLOW, f"{one.name}-{number}") for number in one.versions)
    yield from ((MESSAGE, f"{one.object}.{NAME}") for one in found)


def named(found: Sequence[Flow]) -> Iterator[Part]:
    """As people call them. That they can be removed Salesforce tells only once they are off."""
    yield from ((FLOW, one.name) for one in found)
    yield from ((MESSAGE, f"{one.object}.{NAME}") for one in found)


def without_version(part: Part) -> Part:
    """A component as people call it: all versions of a flow are one."""
    kind, name = part
    return kind, re.sub(r"-\d+$", "", name) if kind == FLOW else name
