"""The rest of what a restart of an org does not lose, for the state file: sessions, what was used,
jobs and their results, deployments, deployed rules, events with their replay ids.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from connectors.salesforce.sandbox.bulk import jobs, v1_jobs
from connectors.salesforce.sandbox.config import ValidationRule
from connectors.salesforce.sandbox.events.hub import Events
from connectors.salesforce.sandbox.metadata import flows
from connectors.salesforce.sandbox.metadata.store import Deploy, Kept, Message, Options, Retrieve
from connectors.salesforce.sandbox.state import State

Line: TypeAlias = Mapping[str, Any]
USED = ("calls", "notified", "posted")


def keep(state: State, events: Events) -> Iterator[dict[str, Any]]:
    yield {"sessions": state.tokens.kept(), "codes": state.codes}
    yield {"used": {name: getattr(state, name).minutes for name in USED}}
    for job in state.bulk.jobs.values():
        yield {"job": _packed(asdict(job))}
    for old in state.async_jobs.jobs.values():
        yield {"async_job": _packed(asdict(old))}
    for component in state.metadata.kept.values():
        yield {"component": _packed(asdict(component))}
    for deploy in state.metadata.deploys.values():
        yield {"deploy": _packed(asdict(deploy))}
    for retrieve in state.metadata.retrieves.values():
        yield {"retrieve": _packed(asdict(retrieve))}
    rules = state.org.validation_rules.items()
    yield {"rules": {name: rule.model_dump() for name, rule in rules}}
    yield {"query_ids": dict(state.ids.made)}
    for line in events.kept():
        yield {"event": _packed(line)}
    yield {"bus": _packed(events.bus.place())}


def restore(state: State, events: Events, line: Line) -> bool:
    """Whether the line was one of these. Raises: KeyError, TypeError, ValueError."""
    name = next(iter(line))
    if name == "event":
        events.put_back(_unpacked(line["event"]))
    elif name == "bus":
        events.bus.go_on(_unpacked(line["bus"]))
    elif name in READERS:
        READERS[name](state, _unpacked(dict(line)))
    else:
        return False
    return True


def _packed(value: Any) -> Any:
    """JSON has no bytes."""
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {name: _packed(inner) for name, inner in value.items()}
    return [_packed(inner) for inner in value] if isinstance(value, list | tuple) else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"base64"}:
            return base64.b64decode(value["base64"])
        return {name: _unpacked(inner) for name, inner in value.items()}
    return [_unpacked(inner) for inner in value] if isinstance(value, list) else value


def _sessions(state: State, line: Line) -> None:
    state.tokens.put_back(line["sessions"])
    state.codes.update(line["codes"])


def _used(state: State, line: Line) -> None:
    for name, minutes in line["used"].items():
        getattr(state, name).minutes = minutes


def _job(state: State, line: Line) -> None:
    given = line["job"]
    job = jobs.Job(**{**given, "outcome": jobs.Outcome(**given["outcome"])})
    state.bulk.jobs[job.id] = job


def _async_job(state: State, line: Line) -> None:
    given = line["async_job"]
    batches = {id_: v1_jobs.Batch(**batch) for id_, batch in given["batches"].items()}
    job = v1_jobs.Job(**{**given, "batches": batches})
    state.async_jobs.jobs[job.id] = job


def _component(state: State, line: Line) -> None:
    kept = Kept(**line["component"])
    state.metadata.kept[kept.kind, kept.name] = kept
    if kept.kind in {flows.FLOW, flows.MESSAGE}:
        flows.refresh(state.org, state.metadata)


def _deploy(state: State, line: Line) -> None:
    given = line["deploy"]
    messages = [Message(**one) for one in given["messages"]]
    done = Deploy(**{**given, "options": Options(**given["options"]), "messages": messages})
    state.metadata.deploys[done.id] = done


def _retrieve(state: State, line: Line) -> None:
    given = line["retrieve"]
    done = Retrieve(**{**given, "messages": [(file, text) for file, text in given["messages"]]})
    state.metadata.retrieves[done.id] = done


def _rules(state: State, line: Line) -> None:
    for name, rule in line["rules"].items():
        state.org.validation_rules[name] = ValidationRule(**rule)


def _query_ids(state: State, line: Line) -> None:
    state.ids.made.update(line["query_ids"])


READERS: Mapping[str, Callable[[State, Line], None]] = {
    "sessions": _sessions,
    "used": _used,
    "job": _job,
    "async_job": _async_job,
    "component": _component,
    "deploy": _deploy,
    "retrieve": _retrieve,
    "rules": _rules,
    "query_ids": _query_ids,
}
