"""Check a hot-lead document against what is configured: channels, people, fields, rules' names."""

from collections.abc import Iterator

from app.domain.hot_lead_document import Channel, HotLeadDocument, Recipients
from app.flows import rules as rules_
from app.flows.rules import Rules
from app.flows.ways import NEEDS
from app.store.db import Tx
from mappings.finding import Finding, error, warning
from mappings.transforms import did_you_mean


def findings(tx: Tx, document: HotLeadDocument) -> Iterator[Finding]:
    """Errors where nobody could be told; warnings where somebody may not be."""
    rules = rules_.load(tx)
    yield from told(rules, "", document.channels, document.messages)
    yield from _recipients(rules, "/recipients", document.recipients)
    for index, rule in enumerate(document.rules):
        where = f"/rules/{index}"
        yield from told(rules, where, rule.channels or (), rule.messages or ())
        if rule.recipients is not None:
            yield from _recipients(rules, f"{where}/recipients", rule.recipients)
    chains = [("", document.escalation)]
    chains += [(f"/rules/{n}", rule.escalation or ()) for n, rule in enumerate(document.rules)]
    for under, chain in chains:
        for index, step in enumerate(chain):
            where = f"{under}/escalation/{index}"
            yield from told(rules, where, step.channels, step.messages)
            if step.to is not None and not step.messages and not knows(rules, step.to):
                tip = f"no SFA knows {step.to}: nobody is told there"
                yield warning(f"{where}/to", tip)
    yield from _fields(rules, document)


def told(
    rules: Rules, where: str, channels: tuple[Channel, ...], messages: tuple[str, ...]
) -> Iterator[Finding]:
    """Channels that are none, or that no SFA has."""
    for index, name in enumerate(messages):
        path = f"{where}/messages/{index}"
        one = rules.connections.get(name)
        if one is None:
            hint = did_you_mean(name, rules.able("SendsMessages"))
            yield error(path, f'there is no connection "{name}"{hint or ""}')
        elif "SendsMessages" not in one.capabilities:
            yield error(path, f'the connection "{name}" is no channel: it lacks SendsMessages')
    for channel in channels:
        if rules.able("RaisesAlerts") and not rules.able(NEEDS[channel], "sfa"):
            tip = f'no SFA can do this: it lacks the capability "{NEEDS[channel]}"'
            yield warning(f"{where}/channels", f"{channel}: {tip}")


def _recipients(rules: Rules, where: str, wanted: Recipients) -> Iterator[Finding]:
    if not (wanted.owner or wanted.territory or wanted.queue or wanted.fallback_email):
        yield error(where, "nobody is named: records without an owner would alert no one")
    if wanted.queue is not None and not knows(rules, wanted.queue):
        yield warning(f"{where}/queue", f'no SFA has a queue "{wanted.queue}"')
    if wanted.fallback_email is not None and not knows(rules, wanted.fallback_email):
        tip = f"no SFA knows {wanted.fallback_email}; messages still reach them"
        yield warning(f"{where}/fallback_email", tip)


def knows(rules: Rules, who: str) -> bool:
    """Whether an SFA has somebody, or a queue, of that name; also where none was read yet."""
    sfa = [name for name in rules.able("RaisesAlerts") if name in rules.directories]
    if not sfa:
        return True
    return any(
        who.lower() in rules.directories[name].users
        or who.casefold() in rules.directories[name].lines
        for name in sfa
    )


def _fields(rules: Rules, document: HotLeadDocument) -> Iterator[Finding]:
    """Fields whose change is a reaction have to be mapped from the SFA."""
    plans = [plan for plan in rules.plans if plan.kind == "person"]
    held = {rule.name for plan in plans for rule in plan.document.fields if rule.supplies("sfa")}
    for index, name in enumerate(document.reacted_by.fields):
        if plans and name not in held:
            hint = did_you_mean(name, held)
            tip = f'no mapping of people reads "{name}" from the SFA{hint or ""}'
            yield error(f"/reacted_by/fields/{index}", tip)
