"""The telephones of agents' desks: what a browser needs to be one."""

import base64
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import Any
from urllib.parse import urlsplit

from affluent.centre.calling.records import VoiceServer
from affluent.facts.instants import SECOND_MS

LENT_S = 24 * 3600
"""Credentials of a TURN server are good for so long: a desk is open for a day."""


@dataclass(frozen=True, slots=True)
class SipPhone:
    """How a browser registers at an Asterisk, over a WebSocket."""

    server: str
    url: str
    uri: str
    username: str
    password: str
    ice_servers: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DeskPhones:
    """`web`: this centre connects browsers itself. Both may be: each server rings its own."""

    web: bool
    sip: tuple[SipPhone, ...]


def phone_secret(ari_password: str, agent_id: int) -> str:
    """The password of an agent's endpoint in a browser.

    Derived from the password of the ARI, so that whoever may write Asterisk's configuration and the centre agree on it
    without either keeping a list; it changes when that one does.
    """
    made = hmac.new(ari_password.encode(), f"phone:agent-{agent_id}".encode(), sha256).digest()
    return base64.urlsafe_b64encode(made[:18]).decode()


def ice_servers(server: VoiceServer, now_ms: int, *, asterisk: bool = False) -> tuple[dict[str, Any], ...]:
    """What a browser is told of STUN and TURN, in its own words.

    With a user name, both it and the password are told as they are. With a password alone it is the secret that is
    shared with the TURN server: the browser is lent a name and a password that end by themselves (the "REST API for
    access to TURN services" of coturn and others).
    """
    plain = [url for url in server.ice_urls if not url.startswith("turn")]
    turn = [url for url in server.ice_urls if url.startswith("turn")]
    found: list[dict[str, Any]] = [{"urls": plain}] if plain else []
    if not turn:
        return tuple(found)
    # The name and password of an Asterisk are those of its ARI, and nobody else's business.
    name, password = ("", "") if asterisk else (server.username, server.password)
    if not name and password:
        name = f"{now_ms // SECOND_MS + LENT_S}:affluent"
        password = base64.b64encode(hmac.new(password.encode(), name.encode(), sha1).digest()).decode()
    lent = {"username": name, "credential": password} if name else {}
    found.append({"urls": turn, **lent})
    return tuple(found)


def desk_phones(servers: Iterable[VoiceServer], agent_id: int, now_ms: int) -> DeskPhones:
    """What an agent's browser can be the telephone of."""
    here = list(servers)
    sip = tuple(
        SipPhone(
            one.name,
            one.phones_url,
            f"sip:agent-{agent_id}@{urlsplit(one.phones_url).hostname}",
            f"agent-{agent_id}",
            phone_secret(one.password, agent_id),
            ice_servers(one, now_ms, asterisk=True),
        )
        for one in here
        if one.kind == "asterisk" and one.phones_url
    )
    return DeskPhones(any(one.kind == "web" for one in here), sip)
