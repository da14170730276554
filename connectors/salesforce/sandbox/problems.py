"""What Salesforce says no with: an HTTP status, a code, its exact words.

Source of the words: recorded answers; README.md lists those that were never recorded.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class Problem(Exception):
    """One error of the REST API. `fields` None means that the answer has no such key."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fields: Sequence[str] | None = None,
        status: int = 400,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = None if fields is None else list(fields)
        self.status = status
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def body(self) -> list[dict[str, Any]]:
        """The body of an answer that is an error as a whole."""
        error: dict[str, Any] = {**self.extra, "message": self.message, "errorCode": self.code}
        if self.fields is not None:
            error["fields"] = self.fields
        return [error]

    def item(self) -> dict[str, Any]:
        """The error inside a collection, where the code is called `statusCode`."""
        error = {"statusCode": self.code, "message": self.message, "fields": self.fields or []}
        return {**self.extra, **error}


def not_found(message: str = "The requested resource does not exist") -> Problem:
    return Problem("NOT_FOUND", message, status=404)


def no_external_id(name: str) -> Problem:
    text = f"Provided external ID field does not exist or is not accessible: {name}"
    return not_found(text)


def unknown_field(name: str, object_name: str) -> Problem:
    return Problem("INVALID_FIELD", f"No such column '{name}' on sobject of type {object_name}")


def not_writable(names: Sequence[str]) -> Problem:
    text = (
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings "
        "of this field and verify that it is read/write for your profile or permission set."
    )
    return Problem("INVALID_FIELD_FOR_INSERT_UPDATE", text, fields=names)


def required_missing(names: Sequence[str]) -> Problem:
    text = f"Required fields are missing: [{', '.join(names)}]"
    return Problem("REQUIRED_FIELD_MISSING", text, fields=names)


def entity_deleted() -> Problem:
    return Problem("ENTITY_IS_DELETED", "entity is deleted", fields=[], status=404)


def malformed_id(id_: object) -> Problem:
    return Problem("MALFORMED_ID", f"malformed id {id_}", fields=[])


def row_locked(ids: Sequence[str]) -> Problem:
    text = "unable to obtain exclusive access to this record or 1 records: " + ",".join(ids)
    return Problem("UNABLE_TO_LOCK_ROW", text, fields=[])


def unreadable(detail: str) -> Problem:
    return Problem("JSON_PARSER_ERROR", detail)


def method_not_allowed(method: str, allowed: Sequence[str]) -> Problem:
    text = f"HTTP Method '{method}' not allowed. Allowed are {','.join(sorted(allowed))}"
    return Problem("METHOD_NOT_ALLOWED", text, status=405)
