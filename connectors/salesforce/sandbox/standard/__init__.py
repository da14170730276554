"""The standard objects that every org has."""

from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.schema import Schema, SObject
from connectors.salesforce.sandbox.standard import (
    further,
    history,
    organization,
    package,
    sales,
    security,
    tooling,
    work,
)


def schema(config: Config) -> Schema:
    """The schema of a fresh org, with Baton's package where the settings say so."""
    made = Schema([*_business(config), *_administration()])
    for name, fields in further.FURTHER.items():
        made.add_fields(made.objects[name], fields)
    if config.baton_package:
        for name, own in package.FIELDS.items():
            made.add_fields(made.objects[name], own)
    return made


def _business(config: Config) -> list[SObject]:
    return [
        sales.account(),
        sales.contact(),
        sales.lead(),
        sales.opportunity(),
        sales.opportunity_contact_role(),
        history.opportunity_history(),
        history.opportunity_stage(),
        history.note(),
        history.content_note(),
        history.content_document_link(),
        work.task(
            completed_at_writable=config.task_completed_at_writable,
            subtype_updateable=config.task_subtype_updateable,
            queue_may_own=config.queue_may_own_task,
        ),
        work.event(),
        work.campaign(),
        work.campaign_member(),
        work.campaign_member_status(),
    ]


def _administration() -> list[SObject]:
    return [
        organization.user(),
        further.user_role(),
        organization.group(),
        organization.calendar(),
        organization.group_member(),
        organization.queue_sobject(),
        organization.organization(),
        organization.profile(),
        organization.record_type(),
        organization.custom_notification_type(),
        organization.feed_item(),
        security.permission_set(),
        security.permission_set_assignment(),
        security.field_permissions(),
        security.object_permissions(),
        tooling.custom_field(),
        tooling.custom_object(),
        tooling.flow_definition(),
        tooling.flow(),
        tooling.managed_event_subscription(),
    ]
