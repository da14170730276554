"""Records side by side, a line for each field that any of them has."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.flows.refer import Named
from app.web.ui.desk import Visit
from app.web.ui.people import Person
from app.web.ui.pieces import field_name, link, name_of, named_value, tag


def compared(visit: Visit, people: Sequence[Person], named: Named) -> None:
    """A column for each of these; what differs is marked, what they refer to is named."""
    words = visit.words
    with tag("table", classes="compared"):
        with tag("tr"):
            tag("th", words("candidates.field"), scope="col")
            for person in people:
                with tag("th", scope="col"):
                    name = name_of(person["agreed"], words.language, words("person.unknown"))
                    link(name, f"/people/{person['id']}")
        with tag("tr"):
            tag("th", words("person.sides"), scope="row")
            for person in people:
                tag("td", ", ".join(record(side) for side in there(person)))
        for field in sorted({name for person in people for name in person["agreed"]}):
            _line(visit, field, [person["agreed"].get(field) for person in people], named)


def _line(visit: Visit, field: str, values: Sequence[Any], named: Named) -> None:
    if all(value is None for value in values):
        return
    alike = all(value == values[0] for value in values)
    with tag("tr"):
        tag("th", field_name(visit, field), scope="row")
        for value in values:
            with tag("td", classes="" if alike else "strong"):
                named_value(visit, (field, value), named)


def there(person: Person) -> list[Mapping[str, Any]]:
    """The sides at which somebody has a record."""
    return [side for side in person["sides"] if side["external_id"] is not None]


def record(side: Mapping[str, Any]) -> str:
    """A record, as the system that has it calls it."""
    return " ".join(
        part for part in (side["connection"], side["object"], side["external_id"]) if part
    )
