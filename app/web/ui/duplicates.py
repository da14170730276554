"""Several with one value of a key: side by side, which of them is linked, and where to merge."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.flows import rules as rules_
from app.flows.refer import Named, named_by
from app.flows.rules import Rules
from app.store import people
from app.store.duplicates import shared
from app.web.ui.compared import compared, there
from app.web.ui.desk import Visit
from app.web.ui.people import Person, shown_of
from app.web.ui.pieces import badge, empty, link, tag

LIMIT = 25  # values on a page
USUAL = ("person", "email")
COLUMNS = 4  # people side by side; further ones are links


@dataclass(frozen=True, slots=True)
class Doubles:
    """A value and who has it, the oldest first: that one is linked."""

    value: str
    people: Sequence[Person]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of values of a key (kind, key). `next` is the value behind which there are more,
    `keys` are all that there are; `named` are those whom these people refer to.
    """

    key: tuple[str, str]
    keys: Sequence[tuple[str, str]]
    found: Sequence[Doubles]
    next: str | None
    named: Named


def read_duplicates(visit: Visit, asked: Mapping[str, str]) -> Listed:
    """The values behind `after`, in order, that several have; `key` is as in `person.email`."""
    after = asked.get("after", "").replace("\x00", "")[:320] or None
    with visit.desk.parts.database.begin() as tx:
        rules = rules_.load(tx)
        keys = _keys(rules)
        key = next((one for one in keys if ".".join(one) == asked.get("key")), keys[0])
        rows = shared(tx, *key, after=after, limit=LIMIT + 1)
        shown = rows[:LIMIT]
        known = people.of_ids(tx, {one for row in shown for one in row["ids"]})
        named = named_by(tx, rules, map(shown_of, known.values()))
    found = [
        Doubles(row["value"], [known[one] for one in row["ids"] if one in known]) for row in shown
    ]
    return Listed(key, keys, found, shown[-1]["value"] if len(rows) > LIMIT else None, named)


def _keys(rules: Rules) -> list[tuple[str, str]]:
    """By what records of each kind are recognised, people's addresses first."""
    found = dict.fromkeys((plan.kind, key) for plan in rules.plans for key in plan.keys)
    return sorted(found or [USUAL], key=lambda one: one != USUAL)


def duplicates(visit: Visit, listed: Listed) -> None:
    """The part of the page `/candidates` about them."""
    words = visit.words
    if len(listed.keys) > 1:
        _choices(visit, listed)
    if not listed.found:
        with tag("div", classes="card"):
            empty(words("duplicates.none"), words("duplicates.none_hint"))
    with tag("ul", classes="plain-list"):
        for one in listed.found:
            _doubles(visit, one, listed.named)
    if listed.next is not None:
        key = ".".join(listed.key)
        asked = urlencode({"state": "duplicates", "key": key, "after": listed.next})
        link(words("people.more"), f"/candidates?{asked}", rel="next")


def _choices(visit: Visit, listed: Listed) -> None:
    """The keys to choose from."""
    words = visit.words
    with tag("nav", classes="chips", aria_label=words("duplicates.keys")):
        for kind, key in listed.keys:
            current = {"aria_current": "page"} if (kind, key) == listed.key else {}
            said = f"{words.known('kind', kind)}: {words.known('alike', key)}"
            asked = urlencode({"state": "duplicates", "key": f"{kind}.{key}"})
            link(said, f"/candidates?{asked}", "button", **current)


def _doubles(visit: Visit, one: Doubles, named: Named) -> None:
    words = visit.words
    with tag("li", classes="card trouble"):
        with tag("div", classes="card-head"):
            tag("h2", one.value)
            badge(words("duplicates.n", n=len(one.people)))
        compared(visit, one.people[:COLUMNS], named)
        for further in one.people[COLUMNS:]:
            link(str(further["id"]), f"/people/{further['id']}")
        counts = Counter(side["connection"] for person in one.people for side in there(person))
        several = [name for name, n in sorted(counts.items()) if n > 1]
        for name in several:
            tag("p", words("duplicates.merge_there", connection=name), "notice warn")
        if not several:
            tag("p", words("duplicates.merge_here"), "notice warn")
