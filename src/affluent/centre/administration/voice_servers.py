"""Telephone servers: what carries calls, and how it is reached."""

import re
import secrets
from importlib.util import find_spec
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import HIDDEN, Draft, Fields, Noun
from affluent.centre.administration.ports import Caution, Row, SettingsUnit
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Line, Name, Password


def _address(text: str) -> str:
    if not text:
        return text
    parts = urlsplit(text)
    try:
        sound = parts.port is None or parts.port > 0
    except ValueError:
        sound = False
    if not sound or parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise PydanticCustomError("not_an_address", "An address is written http://asterisk.example.org:8088")
    return text.rstrip("/")


Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[!-~]*$"),
    AfterValidator(_address),
]


_ICE = re.compile(
    r"(?:stuns?:[a-z0-9.-]+(?::[0-9]{1,5})?|turns?:[a-z0-9.-]+(?::[0-9]{1,5})?(?:\?transport=(?:udp|tcp))?)"
)


def _ice(text: str) -> str:
    if not _ICE.fullmatch(text):
        raise PydanticCustomError("not_an_ice_server", "Written stun:stun.example.org:3478 or turn:...")
    return text


IceUrl = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, max_length=300, pattern=r"^[!-~]+$"),
    AfterValidator(_ice),
]


def _socket(text: str) -> str:
    parts = urlsplit(text)
    try:
        sound = parts.port is None or parts.port > 0
    except ValueError:
        sound = False
    # It stands in the pages' content policy: nothing in it may mean something there.
    plain = re.fullmatch(r"[A-Za-z0-9.:\[\]-]+", parts.netloc) is not None
    if text and (not sound or parts.scheme not in ("ws", "wss") or not parts.hostname or not plain):
        raise PydanticCustomError("not_a_socket", "An address is written wss://asterisk.example.org:8089/ws")
    return text


SocketAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[!-~]*$"),
    AfterValidator(_socket),
]


class VoiceServerFields(Fields):
    """What carries calls: an Asterisk, by its ARI, or this centre itself from browser to browser (`web`).

    `country` is the one whose numbers need no prefix. Of a `web` one, `username` and `password` are for the TURN
    servers among `ice_urls`; a password alone is the secret shared with them.
    """

    name: Name
    kind: Literal["asterisk", "web"] = "asterisk"
    url: Address = ""
    username: Line = ""
    password: Password | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "FR"
    ice_urls: Annotated[list[IceUrl], Field(max_length=20)] = Field(default=[])
    phones_url: SocketAddress = ""
    relayed: bool = False
    """Of a `web` one: whether the sound passes through this centre, which then plays, hears keys and records."""
    active: bool = True


def _check(draft: Draft) -> None:
    server = draft.after
    draft.unique("voice_servers", "name", lambda row: row["name"].lower())
    if server["kind"] == "asterisk" and not server["url"]:
        raise Invalid("address_required", "url")
    if server["kind"] == "asterisk" and not server["username"]:
        raise Invalid("username_required", "username")
    if server["relayed"] and server["kind"] != "web":
        raise Invalid("only_of_browsers", "relayed")
    if server["relayed"] and draft.changes("relayed") and find_spec("aiortc") is None:
        raise Invalid("relay_missing", "relayed")


def _stored(draft: Draft, values: Row) -> Row:
    stored: dict[str, Any] = {name: value for name, value in values.items() if name != "password"}
    if draft.before is None:
        stored["public_key"] = secrets.token_urlsafe(18)
    moved = draft.before is not None and (draft.changes("url") or draft.changes("username"))
    password = values.get("password")
    if password and password != HIDDEN:
        stored["secrets"] = {"ari": {"password": password}}
    elif moved and draft.before is not None and draft.before["has_password"]:
        # As it was, but never for another server: else it could be sent where one likes.
        raise Invalid("password_again", "password")
    return stored


def _cautions(row: Row, unit: SettingsUnit) -> list[Caution]:
    if row["kind"] == "asterisk" and not row["has_password"]:
        return [Caution("voice_server_without_password")]
    turn = any(url.startswith("turn") for url in row["ice_urls"])
    if row["kind"] == "web" and turn and not row["has_password"]:
        return [Caution("turn_without_password")]
    return []


VOICE_SERVERS = Noun(
    key="voice_servers",
    title="voice server",
    fields=VoiceServerFields,
    # The whole centre's: whoever is bound to some brands neither sees nor changes it.
    side=lambda row: frozenset[int](),
    check=_check,
    cautions=_cautions,
    stored=_stored,
    fixed=frozenset({"kind"}),
    write_only=frozenset({"password"}),
    extra_shown={"has_password": bool},
)
