"""The kinds of metadata and where their files lie in a package.

Source: Metadata API developer guide, "Metadata Types"; describeMetadata of public projects. Custom
objects, fields, permission sets, notification types and flows that send an outbound message have
effect in the org; other kinds are kept, listed and given back.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`suffix` None: a folder of files is one component. `has_meta`: `-meta.xml` beside it."""

    name: str
    directory: str
    suffix: str | None
    has_meta: bool = False
    children: tuple[str, ...] = ()


OBJECT_PARTS = (
    "CustomField", "BusinessProcess", "CompactLayout", "RecordType", "WebLink", "ValidationRule",
    "SharingReason", "ListView", "FieldSet", "Index",
)  # fmt: skip
KINDS = (
    Kind("ApexClass", "classes", "cls", has_meta=True),
    Kind("ApexComponent", "components", "component", has_meta=True),
    Kind("ApexPage", "pages", "page", has_meta=True),
    Kind("ApexTrigger", "triggers", "trigger", has_meta=True),
    Kind("AuraDefinitionBundle", "aura", None),
    Kind("ConnectedApp", "connectedApps", "connectedApp"),
    Kind("CspTrustedSite", "cspTrustedSites", "cspTrustedSite"),
    Kind("CustomApplication", "applications", "app"),
    Kind("CustomLabels", "labels", "labels", children=("CustomLabel",)),
    Kind("CustomMetadata", "customMetadata", "md"),
    Kind("CustomNotificationType", "notificationtypes", "notiftype"),
    Kind("CustomObject", "objects", "object", children=OBJECT_PARTS),
    Kind("CustomObjectTranslation", "objectTranslations", "objectTranslation"),
    Kind("CustomPermission", "customPermissions", "customPermission"),
    Kind("CustomTab", "tabs", "tab"),
    Kind("ExternalClientApplication", "externalClientApps", "eca"),
    Kind("FlexiPage", "flexipages", "flexipage"),
    Kind("Flow", "flows", "flow"),
    Kind("GlobalValueSet", "globalValueSets", "globalValueSet"),
    Kind("Group", "groups", "group"),
    Kind("Layout", "layouts", "layout"),
    Kind("LightningComponentBundle", "lwc", None),
    Kind("NamedCredential", "namedCredentials", "namedCredential"),
    Kind("PermissionSet", "permissionsets", "permissionset"),
    Kind("PlatformEventChannel", "platformEventChannels", "platformEventChannel"),
    Kind("PlatformEventChannelMember", "platformEventChannelMembers",
         "platformEventChannelMember"),
    Kind("Profile", "profiles", "profile"),
    Kind("Queue", "queues", "queue"),
    Kind("QuickAction", "quickActions", "quickAction"),
    Kind("RemoteSiteSetting", "remoteSiteSettings", "remoteSite"),
    Kind("Role", "roles", "role"),
    Kind("Settings", "settings", "settings"),
    Kind("StaticResource", "staticresources", "resource", has_meta=True),
    Kind("Workflow", "workflows", "workflow", children=(
        "WorkflowFieldUpdate", "WorkflowOutboundMessage", "WorkflowRule", "WorkflowTask")),
)  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}
BY_DIRECTORY = {kind.directory: kind for kind in KINDS}
CHILDREN = {child: kind for kind in KINDS for child in kind.children}
EFFECTIVE = (  # in this order
    "CustomObject", "CustomNotificationType", "PermissionSet", "Profile", "Workflow", "Flow",
)  # fmt: skip
