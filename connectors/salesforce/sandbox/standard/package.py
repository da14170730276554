"""What Baton's own package installs in an org: its fields and its notification type."""

from connectors.salesforce.sandbox.fields import Field, area, moment, number, picklist, text

KEY = text("Baton_Key__c", 64, "Baton Key", external_id=True, unique=True, id_lookup=True)
SCORES: tuple[Field, ...] = (
    number("Baton_Score__c", 3, 0, label="Baton Score"),
    text("Baton_Grade__c", 2, "Baton Grade"),
    moment("Baton_Hot_Since__c", "Baton Hot Since"),
    area("Baton_Reasons__c", 1000, "Baton Reasons"),
)
SUMMARY: tuple[Field, ...] = (
    moment("Baton_First_Touch__c", "Baton First Touch"),
    moment("Baton_Last_Touch__c", "Baton Last Touch"),
    number("Baton_Touch_Count__c", 9, 0, label="Baton Touch Count"),
    number("Baton_Days_Since_Touch__c", 6, 0, label="Baton Days Since Touch"),
    text("Baton_Last_Channel__c", 80, "Baton Last Channel"),
    text("Baton_Last_Page__c", 255, "Baton Last Page"),
    text("Baton_Last_Campaign__c", 255, "Baton Last Campaign"),
    text("Baton_Stage__c", 20, "Baton Stage"),
    moment("Baton_Stage_Since__c", "Baton Stage Since"),
    area("Baton_Stage_Reason__c", 1000, "Baton Stage Reason"),
    text("Baton_Handoff_State__c", 80, "Baton Hand-off"),
    number("Baton_Handoff_Quality__c", 3, 0, label="Baton Hand-off Quality"),
    text("Baton_Handoff_Next_Step__c", 255, "Baton Hand-off Next Step"),
    area("Baton_Handoff_Memo__c", 10_000, "Baton Hand-off Memo"),
    moment("Baton_Handoff_Meeting__c", "Baton Hand-off Meeting"),
    text("Baton_Handoff_Receiver__c", 255, "Baton Hand-off Receiver"),
    picklist(
        "Baton_Handoff_Decision__c",
        "Accepted",
        "Question",
        "Rejected",
        label="Baton Hand-off Decision",
        restricted=True,
    ),
    text("Baton_Handoff_Reason__c", 255, "Baton Hand-off Reason"),
)
FIELDS: dict[str, tuple[Field, ...]] = {
    "Lead": (KEY, *SCORES, *SUMMARY),
    "Contact": (KEY, *SCORES, *SUMMARY),
    **dict.fromkeys(
        ("Account", "Opportunity", "Task", "Event", "Campaign", "CampaignMember"), (KEY,)
    ),
}
NOTIFICATION_TYPE = {
    "DeveloperName": "Baton_Hot_Lead",
    "MasterLabel": "Baton Hot Lead",
    "CustomNotifTypeName": "Baton_Hot_Lead",
    "Desktop": True,
    "Mobile": True,
}
