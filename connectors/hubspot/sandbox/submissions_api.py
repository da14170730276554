"""Submitting forms and reading the submissions.

`https://api.hsforms.com/submissions/v3/integration/submit/…` is served here under the sandbox's
own host; it asks for no sign-in, its `secure` twin does. Errors as recorded: 400 "The request is
not valid" with `errors[]` of {message, errorType}; which fields a form demands is checked since
2022. Source: HubSpot developer docs, "Forms API v3 legacy" and "v1"; changelog of March 2022.
"""

import re
from typing import Any

from connectors.hubspot.sandbox import behaviour, objects_api, writes
from connectors.hubspot.sandbox.errors import ApiError
from connectors.hubspot.sandbox.forms import Form, Submission
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.moments import iso, to_ms
from connectors.hubspot.sandbox.records import Record
from connectors.hubspot.sandbox.values import EMAIL, NUMBER

DEFAULT_PAGE, MOST_PER_PAGE = 20, 50
MOST_FIELDS = 1000
CHOICES = {"dropdown", "radio", "multiple_checkboxes"}
HUTK = re.compile(r"[0-9a-f]{32}")
Problem = dict[str, str]
Values = list[dict[str, str]]


def submit(call: Call) -> Answer:
    form = _form(call)
    body = call.mapping("fields")
    values = _values(call, body)
    context = call.with_fields(body.get("context") or {})
    problems = [] if body.get("skipValidation") else _problems(form, values)
    if context.get("hutk") and not HUTK.fullmatch(str(context["hutk"])):
        problems.append(_problem("Invalid hutk", "INVALID_HUTK"))
    problems += _consent(form, body)
    if problems:
        raise ApiError(400, "The request is not valid", errors=problems)
    at_ms = to_ms(str(body["submittedAt"])) if body.get("submittedAt") else None
    _take(call, form, values, str(context.get("pageUri") or ""), at_ms or call.portal.now_ms())
    return 200, form.after_submit()


def _form(call: Call) -> Form:
    """Raises: ApiError (404) for another account's or an unknown form."""
    ours = call.params["portal_id"] == str(call.portal.config.portal_id)
    form = call.portal.forms.live(call.params["form_id"]) if ours else None
    if form is None:
        raise ApiError(404, "Form not found", errors=[_problem("Form not found", "FORM_NOT_FOUND")])
    return form


def _values(call: Call, body: dict[str, Any]) -> Values:
    fields = [call.with_fields(one, "name") for one in call.items(body["fields"])]
    if len(fields) > MOST_FIELDS:
        message, code = "Too many fields", "MAX_NUMBER_OF_SUBMITTED_VALUES_EXCEEDED"
        raise ApiError(400, "The request is not valid", errors=[_problem(message, code)])
    return [
        {
            "name": str(one["name"]), "value": str(one.get("value") or ""),
            "objectTypeId": str(one.get("objectTypeId") or "0-1"),
        }
        for one in fields
    ]  # fmt: skip


def _problem(message: str, code: str) -> Problem:
    return {"message": message, "errorType": code}


def _label(field: dict[str, Any]) -> str:
    """Contact fields by name, those of other objects with the type id before it."""
    kind = str(field.get("objectTypeId") or "0-1")
    return str(field["name"]) if kind == "0-1" else f"{kind}/{field['name']}"


def _problems(form: Form, values: Values) -> list[Problem]:
    given = {_label(v): v["value"] for v in values if v["value"]}
    known = {_label(field): field for field in form.fields()}
    found = [
        _problem(f"Error in 'fields.{name}'. Required field '{name}' is missing", "REQUIRED_FIELD")
        for name, field in known.items()
        if field.get("required") and name not in given
    ]
    for name, value in given.items():
        if name not in known:
            message = f"Error in 'fields.{name}'. Field '{name}' is not present on the form"
            found.append(_problem(message, "FIELD_NOT_IN_FORM_DEFINITION"))
        elif problem := _misfit(name, value, known[name]):
            found.append(problem)
    return found


def _misfit(name: str, value: str, field: dict[str, Any]) -> Problem | None:
    kind = field.get("fieldType")
    if kind == "email" and not EMAIL.fullmatch(value.strip()):
        return _problem(f"Error in 'fields.{name}'. Invalid email address", "INVALID_EMAIL")
    validation = field.get("validation") or {}
    domain = value.rpartition("@")[2].lower()
    if kind == "email" and domain in (validation.get("blockedEmailDomains") or []):
        return _problem(f"Error in 'fields.{name}'. Blocked email address", "BLOCKED_EMAIL")
    if kind == "number" and not NUMBER.fullmatch(value):
        return _problem(f"Error in 'fields.{name}'. Invalid number", "INVALID_NUMBER")
    options = {str(o.get("value")) for o in field.get("options") or []}
    if kind in CHOICES and options and not set(value.split(";")) <= options:
        code = "VALUE_NOT_IN_FIELD_DEFINITION"
        return _problem(f"Error in 'fields.{name}'. Value is not one of the options", code)
    return None


def _consent(form: Form, body: dict[str, Any]) -> list[Problem]:
    """A form that asks for consent to process data must be given it."""
    asked = (form.body.get("legalConsentOptions") or {}).get("type")
    given = body.get("legalConsentOptions")
    consent = given.get("consent") if isinstance(given, dict) else None
    agreed = isinstance(consent, dict) and consent.get("consentToProcess") is True
    if asked != "explicit_consent_to_process" or agreed:
        return []
    message = "Error in 'legalConsentOptions'. Consent to process is missing"
    return [_problem(message, "MISSING_PROCESSING_CONSENT")]


def _take(call: Call, form: Form, values: Values, page_url: str, at_ms: int) -> None:
    """Keep the submission; make or change the contact; tell of the event."""
    portal = call.portal
    about = {v["name"]: v["value"] for v in values if v["objectTypeId"] == "0-1" and v["value"]}
    email = about.get("email", "")
    contact = _contact(call, about, email) if EMAIL.fullmatch(email.strip()) else None
    sent = Submission(form.id, at_ms, tuple(values), page_url, contact.id if contact else None)
    portal.forms.submissions.append(sent)
    if contact is None:
        return
    event = {"form": form.name, "hs_form_id": form.id, "hs_url": page_url}
    step = {"contact": contact.id, "event": "form_submit", "at": iso(at_ms), "properties": event}
    behaviour.play(portal, [step])


def _contact(call: Call, about: dict[str, str], email: str) -> Record:
    """What is no valid value of a writable property is left out, not refused."""
    portal, kind = call.portal, call.portal.types["contacts"]
    values: dict[str, str] = {}
    for name, value in about.items():
        try:
            values |= writes.check(portal, kind, {name: value})
        except ApiError:
            continue
    found = objects_api.find(portal, kind, email.strip(), "email")
    actor = behaviour.TRACKING["form_submit"]
    if found is None:
        return writes.create(portal, kind, values, actor)
    del values["email"]
    writes.update(portal, found, values, actor)
    return found


def list_submissions(call: Call) -> Answer:
    """Newest first."""
    form_id = call.params["form_id"]
    if form_id not in call.portal.forms.all:
        raise ApiError(404, f"No form found with GUID {form_id}", "OBJECT_NOT_FOUND")
    limit = call.whole("limit", DEFAULT_PAGE, MOST_PER_PAGE)
    found = [one for one in call.portal.forms.submissions if one.form_id == form_id]
    found.sort(key=lambda one: one.at_ms, reverse=True)
    start = call.number(call.query.get("after") or 0)
    body: dict[str, Any] = {"results": [one.as_json() for one in found[start : start + limit]]}
    if start + limit < len(found):
        body["paging"] = objects_api.paging(call, str(start + limit))
    return 200, body


_SUBMIT = "/submissions/v3/integration/{}submit/{{portal_id}}/{{form_id}}"
ENDPOINTS = (
    Endpoint("POST", (_SUBMIT.format(""),), submit, "exempt", signed_in=False),
    Endpoint("POST", (_SUBMIT.format("secure/"),), submit, scope="forms"),
    Endpoint(
        "GET", ("/form-integrations/v1/submissions/forms/{form_id}",), list_submissions,
        scope="forms",
    ),
)  # fmt: skip
