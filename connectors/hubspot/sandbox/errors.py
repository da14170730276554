"""HubSpot's error answers. Field presence and wording as recorded from real traffic.

Single: {status, message, correlationId, category, subCategory?, context?, errors?, links?};
some have no category. Source: recorded answers; HubSpot developer docs, "Error handling".
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Context = Mapping[str, Sequence[str]]
AUTH_NOT_FOUND = (
    "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can"
    " find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
)


class ApiError(Exception):
    """An error answer. `body` lacks only `status` and `correlationId`."""

    def __init__(
        self,
        status: int,
        message: str,
        category: str | None = None,
        *,
        context: Context | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.context = context
        self.more = more

    def body(self, correlation_id: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "status": "error", "message": self.message, "correlationId": correlation_id,
        }  # fmt: skip
        if self.context:
            body["context"] = self.context
        body.update(self.more)
        if self.category:
            body["category"] = self.category
        return body

    def row(self, **context: Sequence[str]) -> dict[str, Any]:
        """As one of the `errors` of a 207."""
        row = {
            "status": "error",
            "category": self.category or "VALIDATION_ERROR",
            "message": self.message,
            "context": {**(self.context or {}), **context},
        }
        if errors := self.more.get("errors"):
            row["errors"] = errors
        return row


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one property value was refused."""

    name: str
    code: str
    message: str
    value: str | None = None

    def as_json(self, portal_id: int) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "isValid": False, "message": self.message, "error": self.code, "name": self.name,
            "localizedErrorMessage": self.message,
        }  # fmt: skip
        if self.value is not None:
            shown["propertyValue"] = self.value
        return {**shown, "portalId": portal_id}


def bad_properties(problems: Sequence[Problem], portal_id: int) -> ApiError:
    listed = json.dumps(
        [p.as_json(portal_id) for p in problems], separators=(",", ":"), ensure_ascii=False
    )
    errors = [
        {"message": p.message, "code": p.code, "context": {"propertyName": [p.name]}}
        for p in problems
    ]
    message = f"Property values were not valid: {listed}"
    return ApiError(400, message, "VALIDATION_ERROR", errors=errors)


def invalid(message: str, **context: Sequence[str]) -> ApiError:
    return ApiError(400, message, "VALIDATION_ERROR", context=context or None)


def invalid_json(message: str) -> ApiError:
    return ApiError(400, f"Invalid input JSON on {message}", "VALIDATION_ERROR")


def resource_not_found() -> ApiError:
    return ApiError(404, "resource not found")


def bad_id(object_id: str) -> ApiError:
    return ApiError(
        404, "Object not found.  objectId are usually numeric.", "OBJECT_NOT_FOUND",
        context={"id": [object_id]},
    )  # fmt: skip


def no_property(name: str) -> ApiError:
    return ApiError(
        404, f"No property named {name} exists", "OBJECT_NOT_FOUND", context={"name": [name]}
    )


def some_not_found(label: str, ids: Sequence[str]) -> ApiError:
    message = (
        f"Could not get some {label} objects, they may be deleted or not exist."
        " Check that ids are valid."
    )
    return ApiError(404, message, "OBJECT_NOT_FOUND", context={"ids": list(ids)})


def unknown_type(name: str) -> ApiError:
    return ApiError(400, f"Unable to infer object type from: {name}")


def there_was_a_problem() -> ApiError:
    return ApiError(400, "There was a problem with the request.")


def too_many_inputs(most: int) -> ApiError:
    return invalid(
        f"The maximum number of inputs supported in a batch is {most}."
        " Please reduce the number of items and try again"
    )


def required_missing(label: str, names: Sequence[str]) -> ApiError:
    # Two spaces, as HubSpot writes it.
    message = f"Error creating {label}.  Some required properties were not set."
    return invalid(message, properties=list(names))


def contact_exists(existing_id: str) -> ApiError:
    message = f"Contact already exists. Existing ID: {existing_id}"
    return ApiError(409, message, "CONFLICT")


def unique_clash(portal_id: int, name: str, value: str, ours: str, theirs: str) -> ApiError:
    where = f"PropertyValueCoordinates{{portalId={portal_id}, propertyName={name}, value={value}}}"
    return invalid(f"Cannot set {where} on {ours}. {theirs} already has that value.")
