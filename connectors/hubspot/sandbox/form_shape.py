"""The parts of a form definition that matter when somebody submits it.

Source: HubSpot's published OpenAPI, "Forms". Everything else in a definition is kept as given.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from connectors.hubspot.sandbox.errors import invalid

FieldType = Literal[
    "email", "phone", "mobile_phone", "single_line_text", "multi_line_text", "number",
    "single_checkbox", "multiple_checkboxes", "dropdown", "radio", "datepicker", "file",
    "payment_link_radio",
]  # fmt: skip


class Part(BaseModel):
    model_config = ConfigDict(extra="allow")


class Option(Part):
    value: str


class Validation(Part):
    blockedEmailDomains: list[str] = []  # noqa: N815  HubSpot's own spelling


class Field(Part):
    name: str
    fieldType: FieldType  # noqa: N815  HubSpot's own spelling
    objectTypeId: str | None = None  # noqa: N815  HubSpot's own spelling
    required: bool = False
    options: list[Option] | None = None
    validation: Validation | None = None
    dependentFields: list["Dependent"] | None = None  # noqa: N815  HubSpot's own spelling


class Dependent(Part):
    dependentField: Field | None = None  # noqa: N815  HubSpot's own spelling


class Group(Part):
    fields: list[Field] | None = None


class Action(Part):
    type: Literal["thank_you", "redirect_url"]
    value: str


class Configuration(Part):
    postSubmitAction: Action | None = None  # noqa: N815  HubSpot's own spelling


class Consent(Part):
    type: str


class Definition(Part):
    name: str
    formType: Literal["hubspot", "captured", "flow", "blog_comment"]  # noqa: N815  HubSpot's own spelling
    fieldGroups: list[Group]  # noqa: N815  HubSpot's own spelling
    configuration: Configuration
    displayOptions: dict[str, Any]  # noqa: N815  HubSpot's own spelling
    legalConsentOptions: Consent  # noqa: N815  HubSpot's own spelling


def check(body: dict[str, Any]) -> None:
    """Raises: ApiError naming what is wrong, by path."""
    try:
        Definition.model_validate(body)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise invalid(f"Invalid form definition: {'; '.join(wrong)}") from error
