"""Baton's package put into an org, and taken out again.

What somebody else made is never written to nor removed. Salesforce itself says of each component
whether it would be new, changed or the same: a deployment that is only checked.
"""

from collections.abc import Iterator, Mapping, Sequence

from connectors.base import Rejected
from connectors.salesforce import telling
from connectors.salesforce.deploying import Done, deploy
from connectors.salesforce.ids import canonical
from connectors.salesforce.owners import whoami
from connectors.salesforce.package.files import Package, Part, every_part, package
from connectors.salesforce.package.table import SETS, FieldOf, fields
from connectors.salesforce.schema import forget
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import equals, one_of, select
from connectors.salesforce.standing import Standing, standing, unfit

ASSIGNMENT = "PermissionSetAssignment"
WORDS: Mapping[str, str] = {
    "CustomField": "field",
    "PermissionSet": "permission set",
    "CustomNotificationType": "notification type",
    "ApexPage": "page",
    "LightningComponentBundle": "Lightning component",
    "CustomObjectTranslation": "translation",
    "WorkflowOutboundMessage": "outbound message",
    "Flow": "flow",
}
OTHERS = "somebody else made it"
EARLIER = "an earlier package made it as a text; delete it in Setup to get a picklist"
STAYS = ("same ", "keep ")


def install(api: Api, webhook_key: str | None = None, *, dry_run: bool = False) -> Sequence[str]:
    """Deploy the package and assign its permission set to ourselves; a line for each thing.

    Raises: Rejected where a field of somebody else does not fit, or Salesforce refuses a component.
    """
    every = fields(api.settings)
    there = standing(api, every)
    _check_fit(api, [one for one in every if there.fields.get(one.full_name) is False])
    own = [
        one for one in every
        if there.fields.get(one.full_name, True) and not there.is_earlier_text(one)
    ]  # fmt: skip
    made = package(
        api.settings, own, every, [part for part, ours in there.others.items() if not ours]
    )
    made.add(telling.parts(api, webhook_key, _integration_user))
    lines = list(_told(made, own, deploy(api, made, check=True), there))
    to_assign = _missing_assignment(api, there)
    todo = [line for line in lines if not line.startswith(STAYS)]
    told = [f"assign permission set {SETS[0]} to the integration user"] if to_assign else []
    if dry_run:
        return [*lines, *_texts(every, there), *_kept(there), *told]
    if todo:
        deploy(api, made, check=False)
    if to_assign:
        _assign(api, to_assign)
    _look_anew(api)
    return [*todo, *told]


def uninstall(api: Api, *, dry_run: bool = False) -> Sequence[str]:
    """Remove what Baton made, and with it what its fields hold. Raises: Rejected."""
    every = fields(api.settings)
    there = standing(api, every)
    others = {part for part, ours in there.others.items() if not ours}
    made = Package(api.settings.api_version)
    made.removed = [part for part in every_part(api.settings) if part not in others]
    made.removed += [("CustomField", one.full_name) for one in every
                     if there.fields.get(one.full_name)]  # fmt: skip
    flows = telling.there(api)
    sets = [name for name in SETS if there.others.get(("PermissionSet", name))]
    assigned = _assignments(api, sets) if sets else []
    if not dry_run:
        for row in assigned:
            api.call("DELETE", f"sobjects/{ASSIGNMENT}/{canonical(str(row['Id']))}")
        telling.switch_off(api, flows)
        made.removed = [*telling.removed(flows), *made.removed]
    done = deploy(api, made, check=dry_run)
    if not dry_run:
        _look_anew(api)
    gone = dict.fromkeys(telling.without_version(one.part) for one in done if one.what == "remove")
    parts = [*telling.named(flows), *gone] if dry_run else [*gone]
    lines = [_line(part, "remove") for part in parts]
    if assigned:
        lines.insert(0, f"remove assignments of permission sets: {len(assigned)}")
    return [*lines, *(_kept(there) if dry_run else ())]


def _check_fit(api: Api, foreign: Sequence[FieldOf]) -> None:
    wrong = list(unfit(api, foreign))
    if wrong:
        told = "; ".join(wrong)
        fix = "change or rename it in Setup"
        names = tuple(one.full_name for one in foreign if one.full_name in told)
        raise Rejected(f"{told}; {fix}", code="FIELD_IN_THE_WAY", fields=names)


def _missing_assignment(api: Api, there: Standing) -> str | None:
    """The user whom our permission set is still to be assigned to; somebody else's never is."""
    stands = there.others.get(("PermissionSet", SETS[0]))
    if stands is False:
        return None
    user = _integration_user(api)
    return None if stands and _assignments(api, SETS[:1], user) else user


def _told(
    made: Package, own: Sequence[FieldOf], done: Sequence[Done], there: Standing
) -> Iterator[str]:
    """One line for each component, in the order of the package."""
    verdicts = {one.part: one.what for one in done}
    wanted = {one.full_name: one for one in own}
    for part in made.parts:
        what = verdicts.get(part, "same" if _stands(part, there) else "create")
        sizes = _sizes(wanted[part[1]], there) if what == "change" and part[1] in wanted else ""
        yield _line(part, what) + sizes


def _stands(part: Part, there: Standing) -> bool:
    kind, name = part
    return part in there.others or (kind == "CustomField" and name in there.fields)


def _line(part: Part, what: str) -> str:
    kind, name = part
    line = f"{what} {WORDS.get(kind, kind)} {name}"
    return f"{line}, and what it holds" if what == "remove" and kind == "CustomField" else line


def _sizes(one: FieldOf, there: Standing) -> str:
    """How its sizes differ from those that it has."""
    before = there.sizes.get(one.full_name, {})
    told = [
        f"{name} {before[name]} → {one.more[name]}"
        for name in before
        if name in one.more and str(before[name]) != one.more[name]
    ]
    return f" ({', '.join(told)})" if told else ""


def _texts(every: Sequence[FieldOf], there: Standing) -> list[str]:
    """Fields that stay the text that they are."""
    return [
        _line(("CustomField", one.full_name), "keep") + f": {EARLIER}"
        for one in every
        if there.fields.get(one.full_name) and there.is_earlier_text(one)
    ]


def _kept(there: Standing) -> list[str]:
    names = [("CustomField", name) for name, ours in there.fields.items() if not ours]
    names += [part for part, ours in there.others.items() if not ours]
    return [f"{_line(part, 'keep')}: {OTHERS}" for part in sorted(names)]


def _integration_user(api: Api) -> str:
    """The id of the user whom the settings name, else of whom we are signed in as.

    Raises: Rejected.
    """
    if (name := api.settings.integration_user) is not None:
        found = [*api.rows(select(["Id"], "User", equals("Username", name)))]
        if not found:
            tip = f"no user {name!r} in this org: correct integration_user"
            raise Rejected(tip, code="NO_USER", fields=("integration_user",))
        return canonical(str(found[0]["Id"]))
    return whoami(api)


def _assignments(api: Api, sets: Sequence[str], user: str | None = None) -> list[Row]:
    where = [one_of("PermissionSet.Name", list(sets))]
    where += [equals("AssigneeId", user)] if user else []
    return list(api.rows(select(["Id", "AssigneeId"], ASSIGNMENT, *where)))


def _assign(api: Api, user: str) -> None:
    """Raises: Rejected, such as where the user's licence does not allow it."""
    soql = select(["Id"], "PermissionSet", equals("Name", SETS[0]))
    (found, *_) = [*api.rows(soql), None]
    if found is None:
        raise Rejected(f"no permission set {SETS[0]}", code="NO_PERMISSION_SET")
    body = {"PermissionSetId": found["Id"], "AssigneeId": user}
    api.call("POST", f"sobjects/{ASSIGNMENT}", body)


def _look_anew(api: Api) -> None:
    """Nothing is as it was described before."""
    forget(api)
    api.notification_type_id = None
