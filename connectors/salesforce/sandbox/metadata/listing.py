"""What an org has of each kind of metadata, and how it is written down.

Components that no deployment brought (Baton's package, fields of control routes) are written from
the schema and the records; such files hold what the sandbox knows, not all that Salesforce keeps.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.metadata import activities, custom_field
from connectors.salesforce.sandbox.metadata.kinds import BY_NAME, CHILDREN, Kind
from connectors.salesforce.sandbox.metadata.store import COMPONENT, Kept, Store
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soap_xml import element
from connectors.salesforce.sandbox.standard.tooling import ONLY

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
RECORDS = {
    "CustomNotificationType": {"customNotifTypeName": "CustomNotifTypeName", "desktop": "Desktop",
                               "masterLabel": "MasterLabel", "mobile": "Mobile"},
    "PermissionSet": {"description": "Description", "label": "Label"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Component:
    kind: str
    name: str
    kept: Kept

    @property
    def file(self) -> str:
        return file_of(self.kind, self.name)


def file_of(kind: str, name: str) -> str:
    parent = CHILDREN.get(kind)
    place: Kind = parent or BY_NAME[kind]
    own = name.partition(".")[0] if parent else name
    return f"{place.directory}/{own}" + (f".{place.suffix}" if place.suffix else "")


def components(org: Org, store: Store, kind: str) -> Iterator[Component]:
    """In the order of their names."""
    names = {name for one, name in store.kept if one == kind} | set(_native(org, kind))
    for name in sorted(names):
        kept = store.kept.get((kind, name))
        if kept is None:
            at, by = org.schema_changed_at, org.user_id
            kept = store.kept[kind, name] = Kept(
                kind, name, store.ids.next(COMPONENT), {}, at, by, at, by
            )
        yield Component(kind, name, kept)


def _native(org: Org, kind: str) -> Iterator[str]:
    """What is in the org whether it was deployed or not."""
    for made in org.schema.objects.values():
        if kind == "CustomObject" and made.name not in ONLY:
            yield made.name
        elif kind == "CustomField":
            own = activities.holder(made.name)
            yield from (f"{own}.{one.name}" for one in made.fields.values() if one.custom)
    if kind in RECORDS:
        made = org.schema.get(kind)
        title = next(one.name for one in made.fields.values() if one.name_field)
        rows = (row for row in org.table(made).rows.values() if not row.deleted)
        yield from (r.fields[title] for r in rows if not r.fields.get("IsOwnedByProfile"))


def body_of(org: Org, store: Store, kind: str, name: str) -> str:
    """The inside of a component's element. Raises: KeyError where there is none."""
    kept = store.kept.get((kind, name))
    body = next(iter(kept.files.values())).decode() if kept and kept.files else None
    if kind == "CustomField":
        made, one = field_of(org, name)
        return body or custom_field.to_xml(made.fields[one.name])
    if body is not None:
        return body
    made = org.schema.get(kind)
    title = next(one for one in made.fields.values() if one.name_field)
    row = next(iter(org.alive(made, title, name)), None)
    if row is None:
        raise KeyError(name)
    return "".join(element(tag, row.fields.get(field)) for tag, field in RECORDS[kind].items())


def field_of(org: Org, full: str) -> tuple[SObject, Field]:
    """Raises: KeyError."""
    object_name, _, name = full.partition(".")
    made = activities.holding(org, object_name)
    one = made.find(name) if made else None
    if made is None or one is None or not one.custom:
        raise KeyError(full)
    return made, one


def object_xml(org: Org, store: Store, made: SObject, names: list[str] | None) -> str:
    """A CustomObject file with the custom fields of those names; None: all, and the rest."""
    wanted = [one.name for one in made.fields.values() if one.custom] if names is None else names
    own = activities.holder(made.name)
    fields = "".join(
        f"<fields>{body_of(org, store, 'CustomField', f'{own}.{one}')}</fields>" for one in wanted
    )
    if names is not None or not made.custom:
        return document("CustomObject", fields)
    title = "<nameField><label>Name</label><type>Text</type></nameField>"
    plural = element("pluralLabel", made.plural)
    head = f"<deploymentStatus>Deployed</deploymentStatus>{fields}{element('label', made.label)}"
    return document("CustomObject", f"{head}{title}{plural}<sharingModel>ReadWrite</sharingModel>")


def document(kind: str, body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="{NAMESPACE}">{body}</{kind}>\n'


def manifest(members: Mapping[str, list[str]], version: str) -> str:
    types = "".join(
        "<types>"
        + "".join(f"<members>{escape(name)}</members>" for name in names)
        + f"<name>{kind}</name></types>"
        for kind, names in members.items()
    )
    return document("Package", f"{types}<version>{escape(version)}</version>")


class Collection:
    """Files gathered for a retrieve. `messages`: what could not be found."""

    def __init__(self, org: Org, store: Store) -> None:
        self._org = org
        self._store = store
        self.files: dict[str, bytes] = {}
        self.messages: list[tuple[str, str]] = []

    def gather(self, members: Mapping[str, list[str]]) -> None:
        fields: dict[str, list[str]] = {}
        for kind, names in members.items():
            every = [one.name for one in components(self._org, self._store, kind)]
            wanted = every if names == ["*"] else names
            for name in wanted:
                if name not in every:
                    text = f"Entity of type '{kind}' named '{name}' cannot be found"
                    self.messages.append(("package.xml", text))
                elif kind == "CustomField":
                    fields.setdefault(name.partition(".")[0], []).append(name.partition(".")[2])
                else:
                    self._add(kind, name)
        for name, own in fields.items():
            if file_of("CustomObject", name) not in self.files:
                made = activities.holding(self._org, name) or self._org.schema.get(name)
                text = object_xml(self._org, self._store, made, own)
                self.files[file_of("CustomObject", name)] = text.encode()

    def _add(self, kind: str, name: str) -> None:
        kept = self._store.kept.get((kind, name))
        if kind == "CustomObject":
            text = object_xml(self._org, self._store, self._org.schema.get(name), None)
            self.files[file_of(kind, name)] = text.encode()
        elif kept and kept.files:
            self.files.update(kept.files)
        else:
            text = document(kind, body_of(self._org, self._store, kind, name))
            self.files[file_of(kind, name)] = text.encode()

    def zipped(self, top: str) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in self.files.items():
                archive.writestr(top + name, body)
        return target.getvalue()
