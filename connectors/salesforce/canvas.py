"""Canvas: Salesforce vouches for who looks at which record, by a signed request.

`signed_request` is Base64 of an HMAC-SHA256 under the consumer secret, a full stop, and the Base64
of a JSON text; the first is over the second as it was sent. It says nothing of its own age: its
`issuedAt` is that of the session's token, and may be null.
Source: Salesforce Canvas Developer Guide, "Verifying and Decoding a Signed Request",
"CanvasRequest", "Context", "Environment" (API 67.0), read 2026-11.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

import httpx

from connectors import strict_json
from connectors.base import Inbound, Ref, Refused
from connectors.embedding import Embedded, language_of
from connectors.salesforce.ids import canonical, ref_in, ref_of
from connectors.salesforce.settings import Secrets, Settings

FIELD = "signed_request"
ALGORITHM = "HMACSHA256"
LARGEST_BYTES = 256 * 1024
MY_DOMAIN = ".my.salesforce.com"
URL_SAFE = str.maketrans("-_", "+/")


def embedded(inbound: Inbound, settings: Settings, secrets: Secrets) -> Embedded:
    """Check and read one signed request.

    Raises: Refused (401 not signed for this connection, or of another org; 400 unreadable, or no
    record that is synced).
    """
    said = _said(inbound.body, secrets.canvas_secrets)
    context = _object(said, "context")
    organisation = str(_object(context, "organization").get("organizationId") or "")
    if settings.org_id is None:
        raise Refused("this connection has no org_id to check Canvas requests against")
    if canonical(organisation) != canonical(settings.org_id):
        raise Refused("a Canvas request of another org")
    user = _object(context, "user")
    name = user.get("email") or user.get("userName") or user.get("userId") or said.get("userId")
    language = language_of(user.get("language") or user.get("locale"))
    zone = str(user.get("timeZone") or "")
    ref = _ref(_object(context, "environment"), settings)
    return Embedded(ref, str(name or ""), language, zone)


def _said(body: bytes, secrets: Sequence[str]) -> Mapping[str, Any]:
    """What a request says, after it was found to be signed with one of the secrets."""
    if not secrets:
        raise Refused("this connection has no canvas_secret or client_secret to check with")
    if len(body) > LARGEST_BYTES:
        raise Refused("the signed request is too large", 413)
    given = parse_qs(body.decode("latin-1"), max_num_fields=20).get(FIELD, [])
    if len(given) != 1:
        raise Refused("no signed_request, or more than one", 401)
    signature, _, payload = given[0].partition(".")
    shown = _decoded(signature)
    signed = payload.encode("latin-1", "replace")
    expected = [hmac.digest(secret.encode(), signed, hashlib.sha256) for secret in secrets]
    if not any([hmac.compare_digest(shown, one) for one in expected]):  # noqa: C419  constant time
        raise Refused("the signature does not match")
    try:
        said = strict_json.read(_decoded(payload))
    except ValueError as error:
        raise Refused("the signed request is not JSON", 400) from error
    if not isinstance(said, dict) or said.get("algorithm") != ALGORITHM:
        raise Refused(f"the signed request does not name {ALGORITHM}", 400)
    return said


def _decoded(text: str) -> bytes:
    """Base64, in either alphabet, with its padding or without; nothing for what is none."""
    padded = text.translate(URL_SAFE) + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _ref(environment: Mapping[str, Any], settings: Settings) -> Ref:
    """The record of the page; where the page names none, the one that its component names.

    `record` is Salesforce's word. `parameters` are what the component was given, so whoever can
    change a page can name any record there: the setting `canvas_parameter` switches that off.
    """
    record = _object(environment, "record")
    record_id = record.get("Id")
    name = _object(record, "attributes").get("type")
    if isinstance(record_id, str) and isinstance(name, str):
        found = ref_in(name, record_id, settings.custom_objects)
    else:
        given = _object(environment, "parameters").get(settings.canvas_parameter)
        found = ref_of(given) if isinstance(given, str) else None
    if found is None:
        raise Refused("the page shows no record that this connection syncs", 400)
    return found


def frames(settings: Settings) -> tuple[str, ...]:
    """The org's own pages: My Domain, Lightning, and Visualforce of no package.

    Source: Salesforce Help, "My Domain URL Formats" (enhanced domains), read 2026-11.
    """
    url = httpx.URL(settings.instance_url)
    found = [settings.instance_url]
    if url.host.endswith(MY_DOMAIN):
        domain, dot, more = url.host.removesuffix(MY_DOMAIN).partition(".")
        kind = f"{dot}{more}"  # ".sandbox", ".develop", ".trailblaze", or nothing
        found.append(f"https://{domain}{kind}.lightning.force.com")
        found.append(f"https://{domain}--c{kind}.vf.force.com")
    return tuple(dict.fromkeys([*found, *settings.panel_hosts]))
