"""multipart/form-data bodies."""

from email.parser import BytesParser
from email.policy import HTTP

from connectors.salesforce.sandbox.rest.call import Call


def is_multipart(call: Call) -> bool:
    return call.headers.get("content-type", "").lower().startswith("multipart/form-data")


def parts(call: Call) -> dict[str, bytes]:
    """The parts by name."""
    head = f"Content-Type: {call.headers.get('content-type', '')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + call.raw)
    found: dict[str, bytes] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            found[name] = payload
    return found
