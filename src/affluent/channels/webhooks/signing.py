"""Signatures as Standard Webhooks (v1) has them: HMAC-SHA256 over `id.timestamp.body`."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

_PREFIX = "whsec_"


def headers(event: str, body: bytes, secrets: Sequence[str], *, at_s: int) -> dict[str, str]:
    """What goes with an event. During a rotation there is one signature for each secret."""
    signed = f"{event}.{at_s}.".encode() + body
    return {
        "webhook-id": event,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
