"""Vendors' own error codes, by what they mean to the one who must mend it (`app/web/fixes.py`).

Source: Salesforce SOAP API Developer Guide, "StatusCode"; HubSpot developer docs, "Error
handling", and recorded answers of both.
"""

from collections.abc import Mapping

_MEANING: Mapping[str, tuple[str, ...]] = {
    "required": ("REQUIRED_FIELD_MISSING", "REQUIRED_FIELD"),
    "choice": ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "INVALID_OPTION"),
    "too_long": ("STRING_TOO_LONG",),
    "read_only": ("INVALID_FIELD_FOR_INSERT_UPDATE", "READ_ONLY_VALUE"),
    "unknown_field": ("INVALID_FIELD", "INVALID_TYPE", "PROPERTY_DOESNT_EXIST"),
    "duplicate": ("DUPLICATE_VALUE", "DUPLICATE_EXTERNAL_ID", "CONFLICT"),
    "duplicate_rule": ("DUPLICATES_DETECTED",),
    "several": ("MULTIPLE_CHOICES",),
    "validation_rule": (
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        "FIELD_INTEGRITY_EXCEPTION",
        "VALIDATION_ERROR",
    ),
    "automation": (
        "CANNOT_EXECUTE_FLOW_TRIGGER",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "PROCESSING_HALTED",
    ),
    "busy": ("UNABLE_TO_LOCK_ROW",),
    "access": ("INSUFFICIENT_ACCESS_OR_READONLY", "INSUFFICIENT_ACCESS"),
    "access_to_other": ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",),
    "scopes": ("MISSING_SCOPES",),
    "email": ("INVALID_EMAIL_ADDRESS", "INVALID_EMAIL"),
    "type": (
        "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "JSON_PARSER_ERROR",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "INVALID_LONG",
        "INVALID_INTEGER",
        "INVALID_NUMBER",
        "INVALID_DATE",
    ),
    "reference": ("INVALID_CROSS_REFERENCE_KEY", "INVALID_REFERENCE", "MALFORMED_ID"),
    "no_contact": ("NO_CONTACT",),
    "owner": ("INACTIVE_OWNER_OR_USER", "INVALID_OWNER", "TRANSFER_REQUIRES_READ"),
    "converted": ("CANNOT_UPDATE_CONVERTED_LEAD",),
    "locked": ("ENTITY_IS_LOCKED",),
    "circular": ("CIRCULAR_DEPENDENCY",),
    "recycle_bin": ("RECYCLE_BIN",),
    "storage": ("STORAGE_LIMIT_EXCEEDED",),
    "gone": ("ENTITY_IS_DELETED", "OBJECT_NOT_FOUND"),
}
SAME: Mapping[str, str] = {code: ours for ours, codes in _MEANING.items() for code in codes}
