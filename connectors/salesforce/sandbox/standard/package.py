"""What Baton's own package installs in an org: its fields and its notification type."""

from connectors.salesforce.sandbox.fields import Field, area, moment, number, text

KEY = text("Baton_Key__c", 64, "Baton Key", external_id=True, unique=True, id_lookup=True)
SCORES: tuple[Field, ...] = (
    number("Baton_Score__c", 3, 0, label="Baton Score"),
    text("Baton_Grade__c", 2, "Baton Grade"),
    moment("Baton_Hot_Since__c", "Baton Hot Since"),
    area("Baton_Reasons__c", 1000, "Baton Reasons"),
)
FIELDS: dict[str, tuple[Field, ...]] = {
    "Lead": (KEY, *SCORES),
    "Contact": (KEY, *SCORES),
    "Account": (KEY,),
    "Opportunity": (KEY,),
    "Task": (KEY,),
}
NOTIFICATION_TYPE = {
    "DeveloperName": "Baton_Hot_Lead",
    "MasterLabel": "Baton Hot Lead",
    "CustomNotifTypeName": "Baton_Hot_Lead",
    "Desktop": True,
    "Mobile": True,
}
