"""The certificate of a connected app, with which JWT assertions are verified."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate


def rsa_key(pem: str) -> RSAPublicKey:
    """The key of a certificate, or a public key by itself. Raises: ValueError."""
    text = pem.strip().encode()
    is_certificate = b"BEGIN CERTIFICATE" in text
    key = (
        load_pem_x509_certificate(text).public_key()
        if is_certificate
        else load_pem_public_key(text)
    )
    if not isinstance(key, RSAPublicKey):
        raise ValueError("this is not the certificate of an RSA key")  # noqa: TRY004  a bad value
    return key
