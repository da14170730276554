"""The Pub/Sub API's server: where it is, whether it is there at all, and TLS."""

from datetime import UTC, datetime, timedelta
from typing import Any

import grpc  # type: ignore[import-untyped]  # ships no types
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.salesforce.sandbox.app import create
from connectors.salesforce.sandbox.config import Config
from connectors.sandbox.server import Running
from tests.connectors.salesforce_sandbox.events.conftest import Client


def status(sandbox: Running) -> Any:
    return httpx.get(f"{sandbox.url}/_sandbox/pubsub").json()


def certificate() -> tuple[str, str]:
    """A self-signed certificate for localhost and its key, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), pem.decode()


def test_it_can_be_left_out() -> None:
    """Without a port there is no server; everything else is as before."""
    with Running(create(Config(pubsub_port=None))) as sandbox:
        assert status(sandbox)["endpoint"] is None


def test_it_can_speak_tls() -> None:
    """With a certificate and its key; a client that trusts it gets its topic."""
    chain, key = certificate()
    config = Config(pubsub_certificate=chain, pubsub_key=key, cdc_entities=["Lead"])
    with Running(create(config)) as sandbox:
        shown = status(sandbox)
        port = shown["endpoint"].rpartition(":")[2]
        headers = {
            "accesstoken": "sandbox-token",
            "instanceurl": sandbox.url,
            "tenantid": shown["tenant_id"],
        }
        trust = grpc.ssl_channel_credentials(chain.encode())
        with grpc.secure_channel(f"localhost:{port}", trust) as channel:
            topic = Client(channel, tuple(headers.items())).topic("/data/LeadChangeEvent")

    assert topic.topic_name == "/data/LeadChangeEvent"


def test_a_server_that_stops_ends_its_streams() -> None:
    """Even one that waits for events."""
    with Running(create(Config(cdc_entities=["Lead"], pubsub_keepalive_s=0.05))) as sandbox:
        shown = status(sandbox)
        headers = {
            "accesstoken": "sandbox-token",
            "instanceurl": sandbox.url,
            "tenantid": shown["tenant_id"],
        }
        channel = grpc.insecure_channel(shown["endpoint"])
        stream = Client(channel, tuple(headers.items())).subscribe("/data/LeadChangeEvent")
        alive = stream.next()

    with pytest.raises(grpc.RpcError) as failed:
        list(stream.call)
    assert list(alive.events) == []
    assert failed.value.code() in {grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE}
    stream.close()
    channel.close()
