"""Folders of lists, and the ids that lists had in version 1 of the API.

Source: HubSpot's published OpenAPI, "Lists".
"""

from connectors.hubspot.sandbox.errors import invalid
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.lists import ROOT, Folder
from connectors.hubspot.sandbox.lists_api import READ, WRITE, folder_id, no_list, paths


def map_id(call: Call) -> Answer:
    legacy = str(call.query.get("legacyListId") or "")
    for one in call.portal.lists.all.values():
        if str(one.legacy_id) == legacy:
            return 200, {"listId": str(one.id), "legacyListId": legacy}
    raise no_list(legacy)


def map_ids(call: Call) -> Answer:
    wanted = [str(i) for i in call.items(call.body)]
    known = {str(one.legacy_id): str(one.id) for one in call.portal.lists.all.values()}
    return 200, {
        "legacyListIdsToIdsMapping": [
            {"legacyListId": i, "listId": known[i]} for i in wanted if i in known
        ],
        "missingLegacyListIds": [i for i in wanted if i not in known],
    }


def get_folder(call: Call) -> Answer:
    number = folder_id(call, call.query.get("folderId") or ROOT)
    return 200, {"folder": call.portal.lists.folder_json(number)}


def create_folder(call: Call) -> Answer:
    body, held = call.mapping("name"), call.portal.lists
    now_ms = call.portal.now_ms()
    parent = folder_id(call, body.get("parentFolderId") or ROOT)
    number = max(held.folders, default=ROOT) + 1
    user = call.portal.config.user_id
    held.folders[number] = Folder(number, str(body["name"]), parent, user, now_ms, now_ms)
    return 200, {"folder": held.folder_json(number)}


def change_folder(call: Call) -> Answer:
    """Move it to another, or give it another name."""
    folder = call.portal.lists.folders[_own_folder(call)]
    if "parent_id" in call.params:
        folder.parent = folder_id(call, call.params["parent_id"])
    else:
        folder.name = str(call.query.get("newFolderName") or folder.name)
    folder.updated_ms = call.portal.now_ms()
    return 200, {"folder": call.portal.lists.folder_json(folder.id)}


def _own_folder(call: Call) -> int:
    number = folder_id(call, call.params["folder_id"])
    if number == ROOT:
        raise invalid("The root folder cannot be changed")
    return number


def delete_folder(call: Call) -> Answer:
    number, held = _own_folder(call), call.portal.lists
    inside = held.folder_json(number)
    if inside["childLists"] or inside["childNodes"]:
        raise invalid(f"Folder {number} is not empty and cannot be deleted")
    del held.folders[number]
    return 204, None


def move_list(call: Call) -> Answer:
    body = call.mapping("listId", "newFolderId")
    one = call.portal.lists.live(str(body["listId"]))
    if one is None:
        raise no_list(str(body["listId"]))
    one.folder = folder_id(call, body["newFolderId"])
    return 204, None


_FOLDER = "/folders/{folder_id}"
ENDPOINTS = (
    Endpoint("GET", paths("/idmapping"), map_id, scope=READ),
    Endpoint("POST", paths("/idmapping"), map_ids, scope=READ),
    Endpoint("GET", paths("/folders"), get_folder, scope=READ),
    Endpoint("POST", paths("/folders"), create_folder, scope=WRITE),
    Endpoint("PUT", paths("/folders/move-list"), move_list, scope=WRITE),
    Endpoint("PUT", paths(f"{_FOLDER}/move/{{parent_id}}"), change_folder, scope=WRITE),
    Endpoint("PUT", paths(f"{_FOLDER}/rename"), change_folder, scope=WRITE),
    Endpoint("DELETE", paths(_FOLDER), delete_folder, scope=WRITE),
)
