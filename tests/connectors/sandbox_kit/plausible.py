"""Bodies that make sense at some path, to be spoiled in one place: they get further than noise."""

from typing import Any

CONTACT = {"properties": {"email": "b@x.com", "firstname": "B", "lifecyclestage": "lead"}}
LINK = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}
LEAD = {"attributes": {"type": "Lead"}, "LastName": "L", "Company": "C", "Email": "b@x.com"}
FILTER = {"propertyName": "email", "operator": "EQ", "value": "a@x.com"}
ENVELOPE = """<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:u="urn:partner.soap.sforce.com"><e:Header><u:SessionHeader><u:sessionId>sandbox-token
</u:sessionId></u:SessionHeader></e:Header><e:Body>{}</e:Body></e:Envelope>"""
CALLS = (
    "<u:getUserInfo/>",
    "<u:login><u:username>a</u:username><u:password>b</u:password></u:login>",
    "<u:query><u:queryString>SELECT Id FROM Lead</u:queryString></u:query>",
    "<u:create><u:sObjects><u:type>Lead</u:type><u:LastName>L</u:LastName></u:sObjects></u:create>",
    "<u:convertLead><u:leadConverts><u:leadId>1</u:leadId></u:leadConverts></u:convertLead>",
    "<u:describeSObject><u:sObjectType>Lead</u:sObjectType></u:describeSObject>",
    "<u:retrieve><u:fieldList>Id</u:fieldList><u:ids>1</u:ids></u:retrieve>",
    "<u:explode/>",
)
SOAP = tuple(ENVELOPE.format(call).encode() for call in CALLS)

# pattern of the path → bodies
BODIES: tuple[tuple[str, tuple[Any, ...]], ...] = (
    (r"objects/.*\{type\}$", (CONTACT, {**CONTACT, "associations": [{"to": {"id": "1001"},
                                                                   "types": [LINK]}]})),
    (r"objects/.*\{\w*id\}$", (CONTACT,)),
    (r"/search$", ({"filterGroups": [{"filters": [FILTER]}], "sorts": ["email"], "limit": 5,
                    "after": 0, "query": "a", "properties": ["email"]},)),
    (r"batch/(create|update|upsert|read|archive)$", (
        {"inputs": [{"id": "1001", "idProperty": "email", **CONTACT, "objectWriteTraceId": "1"}],
         "properties": ["email"], "propertiesWithHistory": ["email"], "idProperty": "email"},
        {"inputs": [{"from": {"id": "1001"}, "to": {"id": "1001"}, "types": [LINK]}]},
        {"inputs": [{"name": "p", "label": "P", "type": "string", "fieldType": "text",
                     "groupName": "contactinformation"}]},
    )),
    (r"/merge$", ({"primaryObjectId": "1001", "objectIdToMerge": "1002"},)),
    (r"gdpr", ({"objectId": "a@x.com", "idProperty": "email"},)),
    (r"associations", ([LINK], {"inputs": [{"from": {"id": "1001"}, "to": {"id": "1001"}}]},
                       {"label": "Boss", "name": "boss", "inverseLabel": "Report"})),
    (r"properties", ({"name": "p", "label": "P", "type": "enumeration", "fieldType": "select",
                      "groupName": "contactinformation", "hasUniqueValue": True,
                      "options": [{"label": "A", "value": "a", "displayOrder": 0}]},)),
    (r"pipelines", ({"label": "P", "displayOrder": 0, "stages": [
        {"label": "S", "displayOrder": 0, "metadata": {"probability": "0.5"}}]},)),
    (r"schemas", ({"name": "car", "labels": {"singular": "Car", "plural": "Cars"},
                   "requiredProperties": ["vin"], "primaryDisplayProperty": "vin",
                   "properties": [{"name": "vin", "label": "VIN", "type": "string",
                                   "fieldType": "text"}], "associatedObjects": ["CONTACT"]},)),
    (r"lists", ({"name": "l", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": {
        "filterBranchType": "OR", "filterBranches": [{"filterBranchType": "AND", "filters": [
            {"filterType": "PROPERTY", "property": "email",
             "operation": {"operationType": "STRING", "operator": "IS_EQUAL_TO",
                           "value": "a"}}]}], "filters": []}}, ["1001", 1002])),
    (r"send", ({"eventName": "pe48000001_x", "objectId": "1001", "properties": {"a": "b"},
                "occurredAt": "2026-01-01T00:00:00Z", "inputs": [{"eventName": "pe1_x"}]},)),
    (r"settings", ({"targetUrl": "http://127.0.0.1:9/", "throttling":
                    {"maxConcurrentRequests": 10}},)),
    (r"subscriptions", ({"eventType": "contact.propertyChange", "propertyName": "email"},
                        {"subscriptionType": "OBJECT", "objectTypeId": "0-1",
                         "portalId": 48_000_001, "actions": ["CREATE"]})),
    (r"token", ({"grant_type": "refresh_token", "client_id": "a", "refresh_token": "b"},
                {"grant_type": "password", "username": "a", "password": "b"},
                {"grant_type": "authorization_code", "code": "a", "client_id": "b"})),
    (r"sobjects/\{", ({"LastName": "L", "Company": "C", "Email": "q@x.com"},
                      {"Name": "A", "OwnerId": "1001"}, {"Subject": "S", "WhoId": "1001"})),
    (r"composite/(sobjects|tree)", ({"allOrNone": False, "records": [LEAD, LEAD]},
                                    {"ids": ["1001"], "fields": ["Id", "Name"]})),
    (r"composite$", ({"allOrNone": True, "compositeRequest": [
        {"method": "POST", "url": "/services/data/v66.0/sobjects/Lead", "referenceId": "r",
         "body": {"LastName": "L", "Company": "C"}},
        {"method": "GET", "url": "/services/data/v66.0/sobjects/Lead/@{r.id}",
         "referenceId": "s"}]},)),
    (r"composite/batch", ({"batchRequests": [{"method": "GET", "url": "v66.0/limits"}]},)),
    (r"composite/graph", ({"graphs": [{"graphId": "g", "compositeRequest": [
        {"method": "POST", "url": "/services/data/v66.0/sobjects/Lead", "referenceId": "r",
         "body": {"LastName": "L", "Company": "C"}}]}]},)),
    (r"jobs", ({"object": "Lead", "operation": "insert", "contentType": "CSV"},
               {"operation": "query", "query": "SELECT Id FROM Lead"},
               {"state": "UploadComplete"}, {"state": "Aborted"})),
    (r"actions", ({"inputs": [{"customNotifTypeId": "1001", "recipientIds": ["1001"],
                               "title": "T", "body": "B", "targetId": "1001"}]},)),
    (r"chatter", ({"body": {"messageSegments": [{"type": "Text", "text": "x"}]},
                   "feedElementType": "FeedItem", "subjectId": "me"},
                  {"inputs": [{"richInput": {"subjectId": "me", "feedElementType": "FeedItem"}}]})),
    (r"tooling", ({"FullName": "Lead.X__c", "Metadata": {"type": "Text", "label": "X"}},)),
)  # fmt: skip
