"""The objects of an org and what they are called, however their name is spelled."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from connectors.salesforce.sandbox.fields import Field, boolean, fixed, moment, ref
from connectors.salesforce.sandbox.problems import not_found


def system_fields(*, owned: bool = False, owners: tuple[str, ...] = ("User",)) -> list[Field]:
    """What every record has: its id, its life and who touched it when."""
    own = [ref("OwnerId", *owners, label="Owner ID")] if owned else []
    return [
        fixed(
            Field(name="Id", label="Record ID", type="id", length=18, id_lookup=True),
        ),
        fixed(boolean("IsDeleted", "Deleted")),
        *own,
        fixed(moment("CreatedDate")),
        fixed(ref("CreatedById", "User")),
        fixed(moment("LastModifiedDate")),
        fixed(ref("LastModifiedById", "User")),
        fixed(moment("SystemModstamp")),
    ]


@dataclass(slots=True)
class SObject:
    """One table. `prefix` starts its records' ids; `name_field` names a record for people."""

    name: str
    label: str
    plural: str
    prefix: str
    fields: dict[str, Field] = field(default_factory=dict)
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    _by_lower: dict[str, Field] = field(default_factory=dict)
    _parents: dict[str, Field] = field(default_factory=dict)

    @property
    def custom(self) -> bool:
        return self.name.endswith(("__c", "__e", "__mdt"))

    @property
    def is_event(self) -> bool:
        """Whether its records are platform events: published, never stored."""
        return self.name.endswith("__e")

    def add(self, fields: Iterable[Field]) -> None:
        for one in fields:
            self.fields[one.name] = one
            self._by_lower[one.name.lower()] = one
            if one.relationship:
                self._parents[one.relationship.lower()] = one

    def replace(self, fields: Iterable[Field]) -> None:
        """Have these fields and no others."""
        kept = list(fields)
        for held in (self.fields, self._by_lower, self._parents):
            held.clear()
        self.add(kept)

    def find(self, name: str) -> Field | None:
        """A field by its API name in any letter case."""
        return self._by_lower.get(name.lower())

    def parent(self, relationship: str) -> Field | None:
        """The reference field behind a relationship name (`Owner` → `OwnerId`)."""
        return self._parents.get(relationship.lower())


def sobject(
    name: str,
    plural: str,
    prefix: str,
    fields: Iterable[Field],
    *,
    label: str = "",
    createable: bool = True,
    updateable: bool = True,
    deletable: bool = True,
) -> SObject:
    made = SObject(name=name, label=label or name, plural=plural, prefix=prefix)
    made.createable = createable
    made.updateable = updateable
    made.deletable = deletable
    made.add(fields)
    return made


class Schema:
    """All objects. `revision` grows with every change and is the heart of describe's ETag."""

    def __init__(self, objects: Iterable[SObject]) -> None:
        self.objects: dict[str, SObject] = {one.name: one for one in objects}
        self.revision = 0
        self._refresh()

    def find(self, name: str) -> SObject | None:
        return self._by_lower.get(name.lower())

    def get(self, name: str) -> SObject:
        """Raises: Problem NOT_FOUND."""
        if (found := self.find(name)) is None:
            raise not_found()
        return found

    def of_id(self, id_: str) -> SObject | None:
        """The object that an id belongs to, told from its first three characters."""
        return self._by_prefix.get(id_[:3])

    def children(self, parent: SObject) -> Mapping[str, tuple[SObject, Field]]:
        """The child relationships of an object, by name in lower case."""
        return self._children.get(parent.name, {})

    def referrers(self, parent: SObject) -> list[tuple[SObject, Field]]:
        """Every reference field that may point to an object."""
        return self._referrers.get(parent.name, [])

    def add(self, made: SObject) -> None:
        self.objects[made.name] = made
        self._refresh()

    def remove(self, made: SObject) -> None:
        del self.objects[made.name]
        self._refresh()

    def remove_field(self, of: SObject, name: str) -> None:
        of.replace(one for one in list(of.fields.values()) if one.name != name)
        self._refresh()

    def snapshot(self) -> Callable[[], None]:
        """How to get back to the schema as it is now."""
        objects = dict(self.objects)
        fields = {name: list(made.fields.values()) for name, made in objects.items()}

        def restore() -> None:
            self.objects = objects
            for name, made in objects.items():
                made.replace(fields[name])
            self._refresh()

        return restore

    def add_fields(self, to: SObject, fields: Iterable[Field]) -> None:
        to.add(fields)
        self._refresh()

    def _refresh(self) -> None:
        self.revision += 1
        self._by_lower = {one.name.lower(): one for one in self.objects.values()}
        self._by_prefix = {one.prefix: one for one in self.objects.values()}
        self._children: dict[str, dict[str, tuple[SObject, Field]]] = {}
        self._referrers: dict[str, list[tuple[SObject, Field]]] = {}
        for child in self.objects.values():
            for one in child.fields.values():
                self._note_reference(child, one)

    def _note_reference(self, child: SObject, reference: Field) -> None:
        for target in reference.refers_to:
            self._referrers.setdefault(target, []).append((child, reference))
            if reference.children:
                names = self._children.setdefault(target, {})
                names[reference.children.lower()] = (child, reference)
