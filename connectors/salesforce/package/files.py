"""The package as the Metadata API takes it: package.xml, and a file for each component.

Source: Metadata API developer guide, "File-Based Calls", "CustomObject", "PermissionSet",
"CustomNotificationType", "CustomObjectTranslation", "ApexPage"; Visualforce developer guide,
"apex:canvasApp".
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files as resources
from typing import TypeAlias
from xml.sax.saxutils import escape

from connectors.salesforce.package.table import (
    ACTIVITY,
    ANSWERS,
    COMPONENT,
    MARK,
    PAGES,
    PEOPLE,
    SETS,
    FieldOf,
    Language,
)
from connectors.salesforce.settings import Settings

Part: TypeAlias = tuple[str, str]  # kind and full name of a component
EPOCH = (1980, 1, 1, 0, 0, 0)  # of files in the archive, so that it is always the same
SEND = "SendCustomNotifications"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NS = "http://soap.sforce.com/2006/04/metadata"
_PAGE = """<apex:page standardController="{object}" showHeader="false" sidebar="false"
           standardStylesheets="false" title="Baton">
    <apex:canvasApp developerName="{app}" entityFields="Id" width="100%" height="600px"
                    maxHeight="infinite" scrolling="auto"
                    parameters="{{'{parameter}':'{{!JSENCODE({object}.Id)}}','object':'{object}'}}"/>
</apex:page>
"""


@dataclass(slots=True)
class Package:
    """Components by kind and name, and their files by path."""

    version: str
    parts: list[Part] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    removed: list[Part] = field(default_factory=list)

    def add(self, parts: Mapping[Part, Mapping[str, str]]) -> None:
        """Further components with their files."""
        self.parts += parts
        for files in parts.values():
            self.files |= files

    def zipped(self) -> bytes:
        target = io.BytesIO()
        manifest = {"package.xml": _manifest(self.parts, self.version)}
        if self.removed:
            manifest["destructiveChanges.xml"] = _manifest(self.removed, self.version)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, body in {**manifest, **self.files}.items():
                archive.writestr(zipfile.ZipInfo(path, EPOCH), body)
        return target.getvalue()


def package(
    settings: Settings, own: Sequence[FieldOf], granted: Sequence[FieldOf], left_out: Iterable[Part]
) -> Package:
    """A package of these fields, of rights on the granted ones, and of all else that is not
    left out.
    """
    made = Package(settings.api_version)
    _objects(made, own, settings.package_language)
    parts: dict[Part, dict[str, str]] = {
        ("CustomNotificationType", settings.notification_type): _notification_type(settings),
        ("PermissionSet", SETS[0]): _permission_set(SETS[0], granted, settings),
        ("PermissionSet", SETS[1]): _permission_set(SETS[1], granted, settings),
    }
    if settings.package_translations:
        parts |= _translations(own, settings.package_language)
    if settings.package_timeline:
        parts |= _pages(settings) | {("LightningComponentBundle", COMPONENT): _component()}
    made.add({part: files for part, files in parts.items() if part not in left_out})
    return made


def every_part(settings: Settings) -> list[Part]:
    """All components but the fields, whatever the settings leave out now."""
    return [
        *(("ApexPage", name) for name in PAGES.values()),
        ("LightningComponentBundle", COMPONENT),
        *(("PermissionSet", name) for name in SETS),
        ("CustomNotificationType", settings.notification_type),
    ]


def _objects(made: Package, own: Sequence[FieldOf], language: Language) -> None:
    by_object: dict[str, list[FieldOf]] = {}
    for one in own:
        by_object.setdefault(one.object, []).append(one)
        made.parts.append(("CustomField", one.full_name))
    for name, some in by_object.items():
        inner = "".join(_field(one, language) for one in some)
        made.files[f"objects/{name}.object"] = document("CustomObject", inner)


def _field(one: FieldOf, language: Language) -> str:
    told = {
        "fullName": one.name,
        "description": f"{one.help[0]}. {MARK}",
        "inlineHelpText": one.help[language == "ja"],
        "label": one.label(language),
        **one.more,
        "type": one.type,
    }
    return f"\n    <fields>{elements(told)}{_value_set(one, language)}</fields>"


def _value_set(one: FieldOf, language: Language) -> str:
    """What a restricted picklist takes. Source: "ValueSet" of "Metadata Field Types"."""
    if not one.choices:
        return ""
    values = "".join(
        f"<value>{elements({'fullName': name, 'default': 'false', 'label': label})}</value>"
        for name, label in _labelled(one, language)
    )
    definition = f"<valueSetDefinition><sorted>false</sorted>{values}</valueSetDefinition>"
    return f"<valueSet><restricted>true</restricted>{definition}</valueSet>"


def _labelled(one: FieldOf, language: Language) -> list[tuple[str, str]]:
    """The values and their labels. What a value is does not depend on the language."""
    return [(name, japanese if language == "ja" else name) for name, japanese in one.choices]


def _notification_type(settings: Settings) -> dict[str, str]:
    name = settings.notification_type
    label = "Batonホットリード" if settings.package_language == "ja" else "Baton Hot Lead"
    told = {"customNotifTypeName": name, "description": f"A lead has become hot. {MARK}",
            "desktop": "true", "masterLabel": label, "mobile": "true"}  # fmt: skip
    body = document("CustomNotificationType", elements(told))
    return {f"notificationtypes/{name}.notiftype": body}


def _permission_set(name: str, granted: Sequence[FieldOf], settings: Settings) -> dict[str, str]:
    """The integration user may write all fields and ring bells; people may read what is shown,
    answer a hand-off, and open the timeline.
    """
    writes = name == SETS[0]
    about = "What Baton's integration user writes" if writes else "What people see of Baton"
    rights = [
        _right(full_name, writes=writes or one.name in ANSWERS)
        for one in granted
        if writes or one.name != settings.key_field
        for full_name in _held(one)
    ]
    label = "Baton" if writes else "Baton Reader"
    inner = elements({"description": f"{about}. {MARK}"}) + "".join(sorted(rights))
    inner += elements({"hasActivationRequired": "false", "label": label})
    if not writes and settings.package_timeline:
        inner += "".join(
            f"<pageAccesses>{elements({'apexPage': page, 'enabled': 'true'})}</pageAccesses>"
            for page in PAGES.values()
        )
    if writes:
        right = elements({"enabled": "true", "name": SEND})
        inner += f"<userPermissions>{right}</userPermissions>"
    return {f"permissionsets/{name}.permissionset": document("PermissionSet", inner)}


def _held(one: FieldOf) -> tuple[str, ...]:
    """As rights name it: a field of activities is one of tasks and one of events."""
    if one.object == ACTIVITY:
        return (f"Event.{one.name}", f"Task.{one.name}")
    return (one.full_name,)


def _right(full_name: str, *, writes: bool) -> str:
    told = {"editable": str(writes).lower(), "field": full_name, "readable": "true"}
    return f"\n    <fieldPermissions>{elements(told)}</fieldPermissions>"


def _translations(own: Sequence[FieldOf], language: Language) -> dict[Part, dict[str, str]]:
    """Japanese labels, for an org with the translation workbench."""
    found: dict[Part, dict[str, str]] = {}
    for person in PEOPLE:
        labels = [
            elements({"help": one.help[1], "label": one.label("ja"), "name": one.name})
            + _translated_values(one, language)
            for one in own
            if one.object == person
        ]
        if labels:
            body = "".join(f"\n    <fields>{label}</fields>" for label in labels)
            path = f"objectTranslations/{person}-ja.objectTranslation"
            file = {path: document("CustomObjectTranslation", body)}
            found["CustomObjectTranslation", f"{person}-ja"] = file
    return found


def _translated_values(one: FieldOf, language: Language) -> str:
    """Salesforce knows a value by the label that it has in the field."""
    shown = dict(_labelled(one, language))
    values = (
        elements({"masterLabel": shown[name], "translation": japanese})
        for name, japanese in one.choices
    )
    return "".join(f"<picklistValues>{value}</picklistValues>" for value in values)


def _pages(settings: Settings) -> dict[Part, dict[str, str]]:
    """The timeline in a record page, by Canvas: Salesforce signs which record it is."""
    found: dict[Part, dict[str, str]] = {}
    for person, name in PAGES.items():
        told = {
            "apiVersion": settings.api_version, "availableInTouch": "true",
            "confirmationTokenRequired": "false",
            "description": f"Baton's timeline of a {person.lower()}. {MARK}",
            "label": name.replace("_", " "),
        }  # fmt: skip
        found["ApexPage", name] = {
            f"pages/{name}.page": _PAGE.format(
                object=person, app=settings.canvas_app, parameter=settings.canvas_parameter or "id"
            ),
            f"pages/{name}.page-meta.xml": document("ApexPage", elements(told)),
        }
    return found


def _component() -> dict[str, str]:
    """The Lightning component, which shows these pages in a record page."""
    folder = resources(__package__).joinpath("source", "lwc", COMPONENT)
    names = sorted(one.name for one in folder.iterdir() if one.is_file())
    return {f"lwc/{COMPONENT}/{name}": folder.joinpath(name).read_text("utf-8") for name in names}


def elements(values: Mapping[str, str]) -> str:
    """Elements with text, in this order."""
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())


def document(kind: str, inner: str) -> str:
    """A whole file of one kind of metadata."""
    return f'{_HEAD}<{kind} xmlns="{_NS}">{inner}\n</{kind}>\n'


def _manifest(parts: Iterable[Part], version: str) -> str:
    by_kind: dict[str, list[str]] = {}
    for kind, name in parts:
        by_kind.setdefault(kind, []).append(name)
    types = "".join(
        "\n    <types>"
        + "".join(f"<members>{escape(name)}</members>" for name in names)
        + f"<name>{kind}</name></types>"
        for kind, names in by_kind.items()
    )
    return document("Package", f"{types}\n    <version>{version}</version>")
