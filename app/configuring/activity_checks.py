"""Check an activity document against the connections that it names, and those it may mean."""

from collections.abc import Iterator, Sequence

from app.domain.activity_document import OF_MANY, OF_ONE, ActivityDocument, Route
from app.domain.templates import unknown_names
from app.store import connections
from app.store.connections import Connection
from app.store.db import Tx
from mappings.finding import Finding, error, warning
from mappings.transforms import did_you_mean

LOGS = "LogsActivities"


def findings(tx: Tx, document: ActivityDocument) -> Iterator[Finding]:
    """What is wrong (errors) or doubtful (warnings) about each route."""
    known = connections.every(tx)
    for index, route in enumerate(document.routes):
        where = f"/routes/{index}"
        for key, name in (("source", route.source), ("target", route.target)):
            yield from _connection(known, f"{where}/{key}", name)
        yield from _names(where, route)
        yield from _receivers(known, where, route)
        yield from _hidden(document.routes[:index], where, route)


def _connection(known: Sequence[Connection], where: str, name: str | None) -> Iterator[Finding]:
    names = [one.name for one in known]
    if name is not None and name not in names:
        hint = did_you_mean(name, names)
        yield warning(where, f'there is no connection "{name}" yet{hint or ""}')


def _names(where: str, route: Route) -> Iterator[Finding]:
    """Names that nobody gives a template: a slip, for what stands there is always empty."""
    given = OF_MANY if route.keep == "digest" else OF_ONE
    for place, source in route.templates():
        for name in unknown_names(source, given):
            hint = did_you_mean(name, sorted(given)) or f"; there is: {', '.join(sorted(given))}"
            kind = "digest" if route.keep == "digest" else "single activity"
            yield warning(f"{where}/{place}", f'a {kind} has no "{name}", so it is empty{hint}')


def _receivers(known: Sequence[Connection], where: str, route: Route) -> Iterator[Finding]:
    """Whether those who receive can keep it as the route says."""
    if route.keep == "no":
        return
    able = [one for one in known if LOGS in one.capabilities]
    named = [one for one in known if one.name == route.target]
    for one in named:
        if one not in able:
            yield error(f"{where}/target", f'the connection "{one.name}" lacks {LOGS}')
    for one in named or able:
        yield from _form(one, where, route, named=bool(named))


def _form(one: Connection, where: str, route: Route, *, named: bool) -> Iterator[Finding]:
    if route.form and route.form not in one.forms:
        there = ", ".join(sorted(one.forms)) or "none"
        hint = did_you_mean(route.form, list(one.forms))
        text = f'"{one.name}" keeps no activities as "{route.form}"{hint or ""}; there is: {there}'
        yield (error if named else warning)(f"{where}/form", text)
    if route.keep == "digest" and one.forms.get(route.form) is False:
        text = f'what "{one.name}" keeps as "{route.form}" can\'t be updated, as digests are'
        yield error(f"{where}/form", text)


def _hidden(before: Sequence[Route], where: str, route: Route) -> Iterator[Finding]:
    """A route behind one that takes all it means is never reached."""
    for other in before:
        takes_all = not other.match and not other.when and {*other.activity} >= {*route.activity}
        anywhere = other.source in {None, route.source} and other.target in {None, route.target}
        if takes_all and anywhere:
            yield warning(where, f'never reached: the route "{other.name}" takes all of it')
            return
