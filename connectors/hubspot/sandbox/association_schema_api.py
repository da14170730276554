"""What associations there may be: labels of one's own, and limits on how many a record may have.

Source: HubSpot's published OpenAPI, "Associations schema"; HubSpot developer docs, "Associations
v4" (paired labels) and changelog "Custom association limits" (a label's limit is at most its
object's). The wording of refusals is not confirmed, but for the clash of names, which is recorded.
"""

from typing import Any

from connectors.hubspot.sandbox.associations_api import Pair, between, pair
from connectors.hubspot.sandbox.batch_api import MOST, outcome
from connectors.hubspot.sandbox.errors import ApiError, invalid, resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.links import USER, Definition, Spec
from connectors.hubspot.sandbox.moments import iso

READ = ("crm.schemas.{type}.read", "crm.objects.{type}.read")
WRITE = ("crm.schemas.{type}.write", "crm.objects.{type}.write")
LONGEST_LABEL = 60  # characters; not confirmed


def list_labels(call: Call) -> Answer:
    source, target = pair(call)
    found = call.portal.links.between(source.name, target.name)
    return 200, {"results": [definition.as_json() for definition in found]}


def create_label(call: Call) -> Answer:
    """Answers both directions; a pair of labels has one each way."""
    source, target = ends = pair(call)
    body = call.mapping("label", "name")
    label, name = str(body["label"]), str(body["name"])
    _check_label(call, ends, label)
    _check_name(call, ends, name)
    links = call.portal.links
    first = links.next_own_id()
    inverse = body.get("inverseLabel")
    same = source is target and (inverse is None or inverse == label)
    ids = (first, first if same else first + 1)
    there, back = links.define(
        USER, source.name, target.name, ids, label,
        name=name, inverse_label=None if inverse is None else str(inverse),
    )  # fmt: skip
    shown = [there.as_json()] if same else [there.as_json(), back.as_json()]
    return 200, {"results": shown}


def _check_label(call: Call, ends: Pair, label: str, *, ours: Spec | None = None) -> None:
    source, target = (kind.name for kind in ends)
    if len(label) > LONGEST_LABEL:
        raise invalid(f"Association labels can have at most {LONGEST_LABEL} characters")
    held = [d for d in call.portal.links.between(source, target) if d.label and d.spec != ours]
    if any(str(d.label).lower() == label.lower() for d in held):
        raise invalid(f"Association label '{label}' already exists", label=[label])
    most = call.portal.config.association_labels_per_pair
    if ours is None and sum(1 for d in held if d.category == USER) >= most:
        raise invalid(f"The maximum number of association labels, {most}, is reached")


def _check_name(call: Call, ends: Pair, name: str) -> None:
    source, target = ends
    for held in call.portal.links.between(source.name, target.name):
        if held.name and held.name == name:
            raise invalid(f"Association definition name '{name}' already exists", name=[name])
    if name == f"{source.singular}_to_{target.singular}":
        raise invalid(
            f"Association definition name '{name}' conflicts with unlabeled association"
            f" definition between {source.id} and {target.id}",
            name=[name],
        )


def _own(call: Call, type_id: Any) -> Definition:
    """A label of the account's own between the two objects. Raises: ApiError."""
    source, target = pair(call)
    found = call.portal.links.definitions.get((USER, call.number(type_id)))
    if found is None or (found.source, found.target) != (source.name, target.name):
        raise resource_not_found()
    return found


def change_label(call: Call) -> Answer:
    body = call.mapping("associationTypeId", "label")
    held, label = _own(call, body["associationTypeId"]), str(body["label"])
    _check_label(call, pair(call), label, ours=held.spec)
    inverse = body.get("inverseLabel")
    call.portal.links.rename(held.spec, label, None if inverse is None else str(inverse))
    return 204, None


def delete_label(call: Call) -> Answer:
    call.portal.links.forget(_own(call, call.params["type_id"]).spec)
    return 204, None


def list_limits(call: Call) -> Answer:
    source, target = pair(call)
    return 200, {"results": _limits(call, (source.name, target.name))}


def list_all_limits(call: Call) -> Answer:
    return 200, {"results": _limits(call, None)}


def _limits(call: Call, only: tuple[str, str] | None) -> list[dict[str, Any]]:
    links = call.portal.links
    found = ((links.definitions[spec], most) for spec, most in links.maxima.items())
    return [
        {**one.as_json(), "userEnforcedMaxToObjectIds": most}
        for one, most in found
        if only is None or (one.source, one.target) == only
    ]


def set_limits(call: Call) -> Answer:
    """Create and update alike; they differ only in the status."""
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for row in call.rows(MOST, "category", "typeId", "maxToObjectIds"):
        try:
            one, most = _limited(call, row), call.number(row["maxToObjectIds"])
            _check_limit(call, one, most)
        except ApiError as error:
            errors.append(error.row())
            continue
        call.portal.links.maxima[one.spec] = most
        results.append({**one.as_json(), "userEnforcedMaxToObjectIds": most})
    created = call.path.endswith("/create")
    return outcome(call, results, errors, 201 if created else 200)


def _limited(call: Call, row: dict[str, Any]) -> Definition:
    source, target = pair(call)
    spec = (str(row["category"]), call.number(row["typeId"]))
    found = call.portal.links.definitions.get(spec)
    if found is None or (found.source, found.target) != (source.name, target.name):
        raise invalid(f"Association type {spec[1]} ({spec[0]}) does not exist")
    return found


def _check_limit(call: Call, one: Definition, most: int) -> None:
    """A label's limit is at most that of the object, and the object's at least any label's."""
    links = call.portal.links
    plain = links.default(one.source, one.target)
    known = links.between(one.source, one.target)
    labels = [links.maxima[d.spec] for d in known if d is not plain and d.spec in links.maxima]
    low, high = 1, links.maxima.get(plain.spec) if plain and one is not plain else None
    if one is plain:
        low = max([1, *labels])
    if most < low or (high is not None and most > high):
        allowed = f"{low}-{high}" if high is not None else f"{low} or more"
        raise invalid(f"maxToObjectIds must be in the range {allowed}; was {most}")


def purge_limits(call: Call) -> Answer:
    for row in call.rows(MOST, "category", "typeId"):
        call.portal.links.maxima.pop(_limited(call, row).spec, None)
    return 204, None


def high_usage_report(call: Call) -> Answer:
    """The report is only announced: it would come by e-mail."""
    config = call.portal.config
    return 200, {
        "userId": call.number(call.params["user_id"]), "userEmail": config.user_email,
        "enqueueTime": iso(call.portal.now_ms()),
    }  # fmt: skip


def _configurations(rest: str) -> tuple[str, ...]:
    path = f"/definitions/configurations{rest}"
    return dated(f"/crm/v4/associations{path}", f"/crm/associations/{{version}}{path}")


_PAIR = "/{from_type}/{to_type}"
_REPORT = "/usage/high-usage-report/{user_id}"
ENDPOINTS = (
    Endpoint("GET", _configurations("/all"), list_all_limits, "associations"),
    Endpoint("GET", _configurations(_PAIR), list_limits, "associations", READ),
    Endpoint("POST", _configurations(f"{_PAIR}/batch/create"), set_limits, "associations", WRITE),
    Endpoint("POST", _configurations(f"{_PAIR}/batch/update"), set_limits, "associations", WRITE),
    Endpoint("POST", _configurations(f"{_PAIR}/batch/purge"), purge_limits, "associations", WRITE),
    Endpoint("GET", between("/labels"), list_labels, "associations", READ),
    Endpoint("POST", between("/labels"), create_label, "associations", WRITE),
    Endpoint("PUT", between("/labels"), change_label, "associations", WRITE),
    Endpoint("DELETE", between("/labels/{type_id}"), delete_label, "associations", WRITE),
    Endpoint(
        "POST",
        dated(f"/crm/v4/associations{_REPORT}", f"/crm/associations/{{version}}{_REPORT}"),
        high_usage_report,
        "associations",
    ),
)
