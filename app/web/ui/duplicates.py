"""Several with one e-mail address: side by side, which of them is linked, and where to merge."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.flows import rules as rules_
from app.flows.refer import Named, named_by
from app.store import candidates, people
from app.web.ui.compared import compared, there
from app.web.ui.desk import Visit
from app.web.ui.people import Person, shown_of
from app.web.ui.pieces import badge, empty, link, tag

LIMIT = 25  # addresses on a page
COLUMNS = 4  # people side by side; further ones are links


@dataclass(frozen=True, slots=True)
class Doubles:
    """An address and who has it, the oldest first: that one is linked."""

    email: str
    people: Sequence[Person]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of addresses. `next` is the address behind which there are more; `named` are those
    whom these people refer to.
    """

    found: Sequence[Doubles]
    next: str | None
    named: Named


def read_duplicates(visit: Visit, after: str | None) -> Listed:
    """The addresses behind `after`, in order, that several people have."""
    with visit.desk.parts.database.begin() as tx:
        rows = candidates.duplicates(tx, "person", email=None, after=after, limit=LIMIT + 1)
        shown = rows[:LIMIT]
        known = people.of_ids(tx, {one for row in shown for one in row["ids"]})
        named = named_by(tx, rules_.load(tx), map(shown_of, known.values()))
    found = [
        Doubles(row["email"], [known[one] for one in row["ids"] if one in known]) for row in shown
    ]
    return Listed(found, shown[-1]["email"] if len(rows) > LIMIT else None, named)


def duplicates(visit: Visit, listed: Listed) -> None:
    """The part of the page `/candidates` about them."""
    words = visit.words
    if not listed.found:
        with tag("div", classes="card"):
            empty(words("duplicates.none"), words("duplicates.none_hint"))
    with tag("ul", classes="plain-list"):
        for one in listed.found:
            _doubles(visit, one, listed.named)
    if listed.next is not None:
        asked = urlencode({"state": "duplicates", "after": listed.next})
        link(words("people.more"), f"/candidates?{asked}", rel="next")


def _doubles(visit: Visit, one: Doubles, named: Named) -> None:
    words = visit.words
    with tag("li", classes="card trouble"):
        with tag("div", classes="card-head"):
            tag("h2", one.email)
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
