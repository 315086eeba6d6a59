"""Secrets by which a receiver knows that an event is ours."""

import base64
import secrets

PREFIX = "whsec_"


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it: 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
