"""SOAP calls that read: queries, retrieve, search, describes, what changed, who is signed in.

Source: partner WSDL; SOAP API developer guide.
"""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.salesforce.sandbox import describe
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.rest import pages, query, sobjects
from connectors.salesforce.sandbox.rest import search as sosl
from connectors.salesforce.sandbox.rest.call import Call
from connectors.salesforce.sandbox.soap_call import (
    SoapCall,
    record,
    required,
    result,
    soap_text,
)
from connectors.salesforce.sandbox.soap_xml import Fault, element, text, texts, tree
from connectors.salesforce.sandbox.stamps import stamp_s

MAX_RETRIEVED = 2000
MAX_DESCRIBED = 100


def as_rest(call: SoapCall, path: str, **given: str) -> Call:
    """The REST request that asks the same."""
    size = call.header("QueryOptions", "batchSize")
    headers = {"sforce-query-options": f"batchSize={size}"} if size else {}
    return Call("GET", path, call.version, call.state, call.actor, call.base_url, given, headers)


def run_query(call: SoapCall) -> str:
    return _query(call, "query", query.run)


def run_query_all(call: SoapCall) -> str:
    return _query(call, "queryAll", query.run_all)


def _query(call: SoapCall, name: str, run: Callable[[Call], Any]) -> str:
    page = run(as_rest(call, f"/{name}", q=required(call.operation, "queryString"))).body
    inner = f'<result xsi:type="QueryResult">{result(call, page)}</result>'
    return f"<{name}Response>{inner}</{name}Response>"


def query_more(call: SoapCall) -> str:
    page = query.more(as_rest(call, "/query"), required(call.operation, "queryLocator")).body
    inner = f'<result xsi:type="QueryResult">{result(call, page)}</result>'
    return f"<queryMoreResponse>{inner}</queryMoreResponse>"


def retrieve(call: SoapCall) -> str:
    """Records by id, in order; nil where there is none."""
    made = call.made(required(call.operation, "sObjectType"))
    ids = texts(call.operation, "ids")
    if len(ids) > MAX_RETRIEVED:
        raise Fault("EXCEEDED_ID_LIMIT", f"at most {MAX_RETRIEVED} ids")
    wanted = [name.strip() for name in required(call.operation, "fieldList").split(",")]
    shown = sobjects.shape(as_rest(call, ""), made, [name for name in wanted if name])
    rows = [call.org.row(canonical(id_)) for id_ in ids]
    found = [row if row and row.object is made and not row.deleted else None for row in rows]
    results = "".join(record(call, shown.show(row) if row else None, "result") for row in found)
    return f"<retrieveResponse>{results}</retrieveResponse>"


def search(call: SoapCall) -> str:
    found = sosl.run(as_rest(call, "/search", q=required(call.operation, "searchString"))).body
    shown = "".join(
        f"<searchRecords>{record(call, one, 'record')}</searchRecords>"
        for one in found["searchRecords"]
    )
    return f"<searchResponse><result>{shown}</result></searchResponse>"


def _changes(call: SoapCall, name: str, run: Callable[..., Any]) -> str:
    made = call.made(required(call.operation, "sObjectType"))
    start, end = required(call.operation, "startDate"), required(call.operation, "endDate")
    body = run(as_rest(call, "", start=start, end=end), made.name).body
    shown = "".join(tree(key, _dates(value)) for key, value in body.items())
    return f"<{name}Response><result>{shown}</result></{name}Response>"


def _dates(value: Any) -> Any:
    if isinstance(value, list):
        return [_dates(one) for one in value]
    if isinstance(value, dict):
        return {name: _dates(one) for name, one in value.items()}
    return soap_text(value)


def get_updated(call: SoapCall) -> str:
    return _changes(call, "getUpdated", sobjects.updated)


def get_deleted(call: SoapCall) -> str:
    return _changes(call, "getDeleted", sobjects.deleted)


def describe_global(call: SoapCall) -> str:
    objects = [describe.summary(made, call.version) for made in call.org.schema.objects.values()]
    shown = "".join(tree("sobjects", _without_urls(one)) for one in objects)
    inner = f"<encoding>UTF-8</encoding><maxBatchSize>200</maxBatchSize>{shown}"
    return f"<describeGlobalResponse><result>{inner}</result></describeGlobalResponse>"


def describe_one(call: SoapCall) -> str:
    shown = _described(call, required(call.operation, "sObjectType"))
    return f"<describeSObjectResponse>{shown}</describeSObjectResponse>"


def describe_several(call: SoapCall) -> str:
    names = texts(call.operation, "sObjectType")
    if len(names) > MAX_DESCRIBED:
        raise Fault("NUMBER_OUTSIDE_VALID_RANGE", f"at most {MAX_DESCRIBED} objects")
    shown = "".join(_described(call, name) for name in names)
    return f"<describeSObjectsResponse>{shown}</describeSObjectsResponse>"


def _described(call: SoapCall, name: str) -> str:
    shown = describe.full(call.org, call.made(name), call.version, call.actor.user_id)
    return tree("result", _without_urls(shown))


def _without_urls(shown: Mapping[str, Any]) -> dict[str, Any]:
    """As the REST API shows it but for addresses."""
    return {
        name: [_without_urls(one) if isinstance(one, dict) else one for one in value]
        if isinstance(value, list)
        else value
        for name, value in shown.items()
        if name != "urls"
    }


def describe_tabs(call: SoapCall) -> str:
    tabs = "".join(tree("tabs", one) for one in pages.tabs_of(call.org))
    about = "<label>Sales</label><logoUrl/><namespace/><selected>true</selected>"
    return f"<describeTabsResponse><result>{about}{tabs}</result></describeTabsResponse>"


def get_user_info(call: SoapCall) -> str:
    row = call.org.row(call.actor.user_id)
    assert row is not None
    shown = user_info(call.org, row)
    return f"<getUserInfoResponse><result>{shown}</result></getUserInfoResponse>"


def user_info(org: Org, user: Row) -> str:
    """The inside of GetUserInfoResult, in the order of the WSDL."""
    fields = user.fields
    info = {
        "accessibilityMode": False, "chatterExternal": False, "currencySymbol": "$",
        "orgAttachmentFileSizeLimit": 26_214_400, "orgDefaultCurrencyIsoCode": "USD",
        "orgDefaultCurrencyLocale": "en_US", "orgDisallowHtmlAttachments": False,
        "orgHasPersonAccounts": False, "organizationId": org.id,
        "organizationMultiCurrency": False, "organizationName": org.config.org_name,
        "profileId": fields["ProfileId"], "roleId": None, "sessionSecondsValid": 7200,
        "userDefaultCurrencyIsoCode": None, "userEmail": fields["Email"],
        "userFullName": fields["Name"], "userId": user.id,
        "userLanguage": fields["LanguageLocaleKey"], "userLocale": fields["LocaleSidKey"],
        "userName": fields["Username"], "userTimeZone": fields["TimeZoneSidKey"],
        "userType": "Standard", "userUiSkin": "Theme3",
    }  # fmt: skip
    return "".join(element(name, value) for name, value in info.items())


def get_server_timestamp(call: SoapCall) -> str:
    at = element("timestamp", soap_text(stamp_s(call.org.now())))
    return f"<getServerTimestampResponse><result>{at}</result></getServerTimestampResponse>"


def logout(call: SoapCall) -> str:
    call.state.tokens.revoke(call.header("SessionHeader", "sessionId"))
    return "<logoutResponse/>"


def set_password(call: SoapCall) -> str:
    _user(call)
    return "<setPasswordResponse><result/></setPasswordResponse>"


def reset_password(call: SoapCall) -> str:
    _user(call)
    word = element("password", "Sandbox-password-1")
    return f"<resetPasswordResponse><result>{word}</result></resetPasswordResponse>"


def _user(call: SoapCall) -> Row:
    id_ = text(call.operation, "userId")
    row = call.org.row(canonical(id_))
    if row is None or row.object.name != "User":
        raise Fault("INVALID_ID_FIELD", f"invalid user id: {id_}")
    return row


OPERATIONS: Mapping[str, Callable[[SoapCall], str]] = {
    "query": run_query,
    "queryAll": run_query_all,
    "queryMore": query_more,
    "retrieve": retrieve,
    "search": search,
    "getUpdated": get_updated,
    "getDeleted": get_deleted,
    "describeGlobal": describe_global,
    "describeSObject": describe_one,
    "describeSObjects": describe_several,
    "describeTabs": describe_tabs,
    "getUserInfo": get_user_info,
    "getServerTimestamp": get_server_timestamp,
    "logout": logout,
    "setPassword": set_password,
    "resetPassword": reset_password,
}
