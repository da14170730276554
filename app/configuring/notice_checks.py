"""Check what hand-offs and clocks tell, and by what, against what is configured."""

from collections.abc import Iterator

from app.configuring.alert_checks import knows, told
from app.domain.handoff_document import HandoffDocument
from app.domain.notice_document import Opportunities
from app.domain.sla_document import OWNER, EscalationStep, SlaDocument, Warn
from app.flows import rules as rules_
from app.flows.rules import Rules
from app.store.db import Tx
from mappings.finding import Finding, error, warning
from mappings.transforms import did_you_mean


def of_handoffs(tx: Tx, document: HandoffDocument) -> Iterator[Finding]:
    """Channels that are none, people whom nobody knows, fields that no mapping has."""
    rules = rules_.load(tx)
    for name, flow in document.flows.items():
        for kind, notice in flow.notices.items():
            where = f"/flows/{name}/notices/{kind}"
            yield from told(rules, where, notice.channels, notice.messages)
            if notice.channels:
                yield from _known(rules, f"{where}/to", notice.to)
    yield from _opportunities(rules, document.opportunities)


def _opportunities(rules: Rules, terms: Opportunities) -> Iterator[Finding]:
    """What is named, and not by default, has to be mapped."""
    plans = [plan for plan in rules.plans if plan.kind == "opportunity"]
    names = {rule.name for plan in plans for rule in plan.document.fields}
    given = terms.model_fields_set
    single = {"stage": terms.stage, "closed": terms.closed}
    asked = [(f"/opportunities/{key}", one) for key, one in single.items() if key in given]
    if "reasons" in given:
        asked += [(f"/opportunities/reasons/{n}", one) for n, one in enumerate(terms.reasons)]
    for where, name in asked:
        if plans and name not in names:
            hint = did_you_mean(name, names)
            yield error(where, f'no mapping of opportunities has "{name}"{hint or ""}')
    both = {one.casefold() for one in terms.won} & {one.casefold() for one in terms.lost}
    if both:
        yield error("/opportunities/lost", f"both won and lost: {', '.join(sorted(both))}")


def of_clocks(tx: Tx, document: SlaDocument) -> Iterator[Finding]:
    """Channels that are none, people whom nobody knows."""
    rules = rules_.load(tx)
    for index, clock in enumerate(document.clocks):
        under = f"/clocks/{index}"
        steps: list[tuple[str, EscalationStep | Warn]] = [
            (f"{under}/escalate/{n}", one) for n, one in enumerate(clock.escalate)
        ]
        steps += [(f"{under}/warn", clock.warn)] if clock.warn else []
        for where, step in steps:
            yield from told(rules, where, (), step.messages)
            if step.act != "none" and step.to != OWNER:
                yield from _known(rules, f"{where}/to", step.to)


def _known(rules: Rules, where: str, to: str | None) -> Iterator[Finding]:
    if to is not None and not knows(rules, to):
        yield warning(where, f"no SFA knows {to}: there the record's owner is told")
