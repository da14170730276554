"""A package's components made real: objects and fields, notification types, permission sets.

Source: Metadata API developer guide; problems quoted from public deployment logs.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from connectors.salesforce.sandbox import custom
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.metadata import activities, custom_field, flows, grants, parts
from connectors.salesforce.sandbox.metadata.kinds import EFFECTIVE
from connectors.salesforce.sandbox.metadata.package import Package, Source, Wrong
from connectors.salesforce.sandbox.metadata.store import COMPONENT, Kept, Message, Store
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soap_xml import child, local, text

CUSTOM = re.compile(r"[A-Za-z]\w*__(c|e|mdt)")
PARTS = {
    "businessProcesses": "BusinessProcess", "compactLayouts": "CompactLayout",
    "fieldSets": "FieldSet", "indexes": "Index", "listViews": "ListView",
    "recordTypes": "RecordType", "sharingReasons": "SharingReason",
    "validationRules": "ValidationRule", "webLinks": "WebLink",
}  # fmt: skip


@dataclass(slots=True)
class Installation:
    """One package being installed. Nothing in `store` changes until `kept` is taken over."""

    org: Org
    store: Store
    package: Package
    actor: Actor
    messages: list[Message] = field(default_factory=list)
    kept: dict[tuple[str, str], Kept | None] = field(default_factory=dict)  # None: removed
    found: set[tuple[str, str]] = field(default_factory=set)

    def run(self, *, allow_missing: bool) -> list[Message]:
        order = {kind: number for number, kind in enumerate(EFFECTIVE)}
        for source in sorted(self.package.sources, key=lambda one: order.get(one.kind, 9)):
            self._attempt(source)
        for kind, names in self.package.members.items():
            for name in names:
                if name != "*" and (kind, name) not in self.found and not allow_missing:
                    text_ = f"An object '{name}' of type {kind} was named in package.xml, but was "
                    self._fail(Wrong(text_ + "not found in zipped directory", kind=kind, name=name))
        for kind, name in self.package.removed:
            self._remove(kind, name)
        return self.messages

    def _attempt(self, source: Source) -> None:
        mark = self.org.mark()
        try:
            self._install(source)
        except Wrong as wrong:
            self.org.rollback(mark)
            self.found.add((source.kind, source.name))
            kind, name = wrong.kind or source.kind, source.name
            self._fail(Wrong(wrong.problem, source.file, kind=kind, name=name))

    def _install(self, source: Source) -> None:
        """Raises: Wrong."""
        if source.kind == "CustomObject":
            self._object(source)
            return
        if source.kind == "Workflow":
            self._workflow(source)
            return
        if not self.package.names(source.kind, source.name):
            raise Wrong("Not in package.xml", source.file, kind=source.kind, name=source.name)
        if (installer := INSTALLERS.get(source.kind)) is not None:
            installer(self.org, source, self.actor)
        if source.kind == flows.FLOW:
            flows.check_flow(source.files[source.file], self.kept, self.store)
        self.done(source.kind, source.name, source.file, source.files)

    def _workflow(self, source: Source) -> None:
        """The parts that are asked for, or all of it. Raises: Wrong."""
        whole, wanted = self.package.names(source.kind, source.name), 0
        for node in source.xml():
            kind, name = flows.PARTS.get(local(node), ""), f"{source.name}.{text(node, 'fullName')}"
            if not kind or not (whole or self.package.names(kind, name)):
                continue
            if kind == flows.MESSAGE:
                flows.check_message(self.org, source.name, node)
            self.done(kind, name, source.file, {source.file: inside(node).encode()})
            wanted += 1
        if whole:
            self.done(source.kind, source.name, source.file, source.files)
        elif not wanted:
            raise Wrong("Not in package.xml", source.file, kind=source.kind, name=source.name)

    def _fail(self, wrong: Wrong) -> None:
        self.messages.append(Message(wrong.kind, wrong.name, wrong.file, problem=wrong.problem))

    def done(
        self,
        kind: str,
        name: str,
        file: str,
        files: Mapping[str, bytes],
        *,
        existed: bool = False,
        changed: bool | None = None,
    ) -> None:
        """Note a success. `existed`: the org had it without a deployment."""
        at, by = self.store.now(), self.actor.user_id
        before = self.store.kept.get((kind, name))
        if before is None:
            kept = Kept(kind, name, self.store.ids.next(COMPONENT), files, at, by, at, by)
        else:
            kept = replace(before, files=files, changed_at=at, changed_by=by)
        self.kept[kind, name] = kept
        self.found.add((kind, name))
        created = before is None and not existed
        differs = before is None or before.files != files if changed is None else changed
        self.messages.append(
            Message(kind, name, file, kept.id, created=created, changed=created or differs)
        )

    # objects and what they are made of

    def _object(self, source: Source) -> None:
        node, names = source.xml(), self.package.names
        whole = source.name in self.package.members.get("CustomObject", []) or (
            names("CustomObject", source.name) and source.name.endswith("__c")
        )
        made = activities.holding(self.org, source.name)
        existed = made is not None
        if made is None:
            made = self._new_object(source, node)
        wanted = [one for one in node if whole or names(*self._part(source, one))]
        if not whole and not wanted:
            raise Wrong("Not in package.xml", source.file)
        if whole:
            self.done("CustomObject", source.name, source.file, source.files, existed=existed)
        for one in wanted:
            kind, name = self._part(source, one)
            if kind == "CustomField":
                self._field(made, source, one)
            elif kind:
                self._part_effect(kind, made, source, one)
                self.done(kind, name, source.file, {source.file: inside(one).encode()})

    def _part_effect(self, kind: str, made: SObject, source: Source, node: Element) -> None:
        """Raises: Wrong."""
        if (installer := parts.INSTALLERS.get(kind)) is None:
            return
        try:
            installer(self.org, made, node, self.actor)
        except Wrong as wrong:
            name = f"{made.name}.{text(node, 'fullName')}"
            self.found.add((kind, name))
            raise Wrong(wrong.problem, source.file, kind=kind, name=name) from wrong

    def _part(self, source: Source, node: Element) -> tuple[str, str]:
        kind = "CustomField" if local(node) == "fields" else PARTS.get(local(node), "")
        return kind, f"{source.name}.{text(node, 'fullName')}"

    def _new_object(self, source: Source, node: Element) -> SObject:
        if not CUSTOM.fullmatch(source.name):
            raise Wrong(f"Entity of type 'CustomObject' named '{source.name}' cannot be found")
        label, title = text(node, "label"), child(node, "nameField")
        if not label:
            raise Wrong("Must specify a non-empty label for the CustomObject")
        if title is None and source.name.endswith("__c"):
            raise Wrong("Must specify a nameField of type Text or AutoNumber")
        return custom.new_object(
            self.org, source.name, label, text(node, "pluralLabel") or f"{label}s", []
        )

    def _field(self, made: SObject, source: Source, node: Element) -> None:
        name = text(node, "fullName")
        all_of = activities.carriers(self.org) if source.name == activities.ACTIVITY else [made]
        before = made.find(name)
        full = f"{source.name if len(all_of) > 1 else made.name}.{name}"
        body = {source.file: inside(node).encode()}
        if before is not None and not before.custom:
            self.done("CustomField", full, source.file, body, existed=True, changed=False)
            return
        try:
            one = self._new_field(made, node, name, before)
        except Wrong as wrong:
            self.found.add(("CustomField", full))
            self._fail(Wrong(wrong.problem, source.file, kind="CustomField", name=full))
            return
        for each in all_of:
            self.org.schema.add_fields(each, [one])
        existed, changed = before is not None, before != one
        self.done("CustomField", full, source.file, body, existed=existed, changed=changed)

    def _new_field(self, made: SObject, node: Element, name: str, before: Field | None) -> Field:
        """Raises: Wrong."""
        if not CUSTOM.fullmatch(name):
            raise Wrong(f"Invalid fullName, must end in a custom suffix (e.g. __c): {name}")
        one = custom_field.from_xml(node, lambda kind: self.org.schema.find(kind) is not None)
        if before is not None and before.type != one.type:
            text_ = f"Cannot change the type of {made.name}.{name}"
            raise Wrong(f"{text_} from {before.type} to {one.type}")
        self._check_relationship(made, one.refers_to, one.children, one.name)
        secured = self.org.config.field_level_security and not one.required and not made.is_event
        return replace(one, guarded=secured if before is None else before.guarded)

    def _check_relationship(
        self, made: SObject, targets: tuple[str, ...], children: str | None, name: str
    ) -> None:
        for target in targets if children else ():
            parent = self.org.schema.get(target)
            taken = self.org.schema.children(parent).get(str(children).lower())
            if taken is not None and (taken[0] is not made or taken[1].name != name):
                shown = str(children).removesuffix("__r")
                raise Wrong(f"There is already a Child Relationship named {shown} on {target}.")

    # destructive changes

    def _remove(self, kind: str, name: str) -> None:
        schema = self.org.schema
        if (problem := self._in_use(kind, name)) is not None:
            self.messages.append(Message(kind, name, name, problem=problem))
            return
        if kind == flows.FLOW:
            name = flows.without_version(name)
        object_name, _, field_name = name.partition(".")
        made = activities.holding(self.org, object_name)
        all_of = activities.carriers(self.org) if object_name == activities.ACTIVITY else [made]
        there = (kind, name) in self.store.kept
        if kind == "CustomField" and made and (one := made.find(field_name)) and one.custom:
            for each in filter(None, all_of):
                schema.remove_field(each, one.name)
            there = True
        elif kind == "CustomObject" and made is not None and made.custom:
            schema.remove(made)
            there = True
        elif kind in parts.REMOVERS and made is not None:
            there = parts.REMOVERS[kind](self.org, made, field_name, self.actor) or there
        elif kind in REMOVERS:
            there = REMOVERS[kind](self.org, name, self.actor) or there
        self.found.add((kind, name))
        self.kept[kind, name] = None
        if there:
            self.messages.append(Message(kind, name, name, deleted=True, changed=True))
            return
        problem = f"No {kind} named: {name} found"
        self.messages.append(Message(kind, name, name, problem=problem, problem_type="Warning"))

    def _in_use(self, kind: str, name: str) -> str | None:
        """Why a flow or a message can't be removed."""
        if kind == flows.FLOW:
            there = self.store.kept.get((kind, flows.without_version(name)))
            active = there is not None and flows.is_active(there)
            return f"The flow {name} is active: deactivate it first" if active else None
        user = flows.used_by(self.store, name, self.kept) if kind == flows.MESSAGE else None
        return f"This workflow action is referenced elsewhere: {user}" if user else None


def inside(node: Element) -> str:
    """An element's content as XML, without namespaces."""
    if len(node) == 0:
        return escape(node.text or "")
    return "".join(f"<{local(one)}>{inside(one)}</{local(one)}>" for one in node)


Installer: TypeAlias = Callable[[Org, Source, Actor], None]
INSTALLERS: Mapping[str, Installer] = {
    "CustomNotificationType": grants.notification_type,
    "PermissionSet": grants.permission_set,
    "Profile": grants.profile,
}
Remover: TypeAlias = Callable[[Org, str, Actor], bool]
REMOVERS: Mapping[str, Remover] = {
    "CustomNotificationType": grants.remove_notification_type,
    "PermissionSet": grants.remove_permission_set,
}
