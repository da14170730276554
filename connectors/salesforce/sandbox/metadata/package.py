"""A package as a zip: what package.xml names, and the files.

Source: Metadata API developer guide, "File-Based Calls", "Deleting Components"; problems quoted
from public deployment logs. Not confirmed: the words for a file that package.xml does not name.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from connectors.salesforce.sandbox.metadata.kinds import BY_DIRECTORY, BY_NAME, CHILDREN, Kind
from connectors.salesforce.sandbox.soap_xml import local, text, texts

MANIFEST = "package.xml"
MAX_BYTES = 400_000_000  # of the unpacked files; Metadata API limit
DESTRUCTIVE = ("destructiveChangesPre.xml", "destructiveChanges.xml",
               "destructiveChangesPost.xml")  # fmt: skip


class Wrong(Exception):
    """A component that cannot be deployed."""

    def __init__(
        self, problem: str, file: str = MANIFEST, *, kind: str = "", name: str = ""
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.file = file
        self.kind = kind
        self.name = name or file


@dataclass(frozen=True, slots=True)
class Source:
    """A component's files: the first is what it is made from."""

    kind: str
    name: str
    files: dict[str, bytes]

    @property
    def file(self) -> str:
        return next(iter(self.files))

    def xml(self) -> Element:
        """Raises: Wrong."""
        try:
            return parse(self.files[self.file])
        except ValueError as error:
            text_ = f"Error parsing file: {error}"
            raise Wrong(text_, self.file, kind=self.kind, name=self.name) from error


@dataclass(slots=True)
class Package:
    version: str = "59.0"
    members: dict[str, list[str]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)  # kind, name

    def names(self, kind: str, name: str) -> bool:
        listed = self.members.get(kind, [])
        return name in listed or "*" in listed


def parse(body: bytes) -> Element:
    """Raises: ValueError."""
    try:
        found: Element = ElementTree.fromstring(body)
    except (ParseError, DefusedXmlException) as error:
        raise ValueError(str(error)) from error
    return found


def unpack(raw: bytes) -> Package:
    """Raises: Wrong."""
    files = _files(raw)
    if MANIFEST not in files:
        raise Wrong("No package.xml found")
    version, members = manifest(files[MANIFEST], MANIFEST)
    package = Package(version, members)
    for name in DESTRUCTIVE:
        if name in files:
            listed = manifest(files[name], name)[1]
            package.removed += [(kind, one) for kind, names in listed.items() for one in names]
    package.sources = list(_sources(files))
    return package


def manifest(body: bytes, file: str) -> tuple[str, dict[str, list[str]]]:
    """API version, and members by kind. Raises: Wrong."""
    try:
        root = parse(body)
    except ValueError as error:
        raise Wrong(f"Error parsing file: {error}", file) from error
    return text(root, "version", "59.0"), listed_in(root, file)


def listed_in(root: Element, file: str = MANIFEST) -> dict[str, list[str]]:
    """Members by kind. Raises: Wrong."""
    members: dict[str, list[str]] = {}
    for types in (one for one in root if local(one) == "types"):
        kind = text(types, "name")
        if kind not in BY_NAME and kind not in CHILDREN:
            raise Wrong(f"Unknown type name '{kind}' specified in package.xml", file)
        members.setdefault(kind, []).extend(texts(types, "members"))
    return members


def _files(raw: bytes) -> dict[str, bytes]:
    """Files by path, a single top folder taken off. Raises: Wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if sum(one.file_size for one in entries) > MAX_BYTES:
                raise Wrong("Maximum size of request reached. Maximum size of request is 400 MB")
            files = {one.filename: archive.read(one) for one in entries}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise Wrong(f"Error reading zip file: {error}") from error
    tops = {name.partition("/")[0] for name in files}
    if MANIFEST not in files and len(tops) == 1:
        return {name.partition("/")[2]: body for name, body in files.items()}
    return files


def _sources(files: dict[str, bytes]) -> Iterator[Source]:
    """Components in the order of their files."""
    found: dict[tuple[str, str], dict[str, bytes]] = {}
    for path in sorted(files, key=lambda one: (one.endswith("-meta.xml"), one)):
        directory, slash, rest = path.partition("/")
        kind = BY_DIRECTORY.get(directory)
        if slash and kind is not None:
            found.setdefault((kind.name, _name(kind, rest)), {})[path] = files[path]
    return (Source(kind, name, parts) for (kind, name), parts in found.items())


def _name(kind: Kind, rest: str) -> str:
    if kind.suffix is None:
        return rest.partition("/")[0]
    return rest.removesuffix("-meta.xml").removesuffix(f".{kind.suffix}")
