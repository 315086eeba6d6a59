"""Channels: the doors of a brand, their settings and their secrets."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from affluent.centre.administration.channel_settings import (
    ChatSettings,
    EmailSettings,
    FormSettings,
    MessageSettings,
    VoiceSettings,
)
from affluent.centre.administration.noun import HIDDEN, Draft, Fields, Noun
from affluent.centre.administration.ports import Caution, Row, SettingsUnit
from affluent.centre.calling.numbers import dear_number
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Id, Name

_SECRET_PARTS = ("imap", "smtp")
_PUBLIC_KEYS = {"chat": "site_key", "form": "form_key", "voice": "site_key"}


class _Channel(Fields):
    brand_id: Id
    name: Name
    queue_id: Id | None = None
    active: bool = True


class EmailChannel(_Channel):
    medium: Literal["email"]
    settings: EmailSettings


class ChatChannel(_Channel):
    medium: Literal["chat"]
    settings: ChatSettings = Field(default_factory=ChatSettings)


class FormChannel(_Channel):
    medium: Literal["form"]
    settings: FormSettings


class MessageChannel(_Channel):
    medium: Literal["message"]
    settings: MessageSettings = Field(default_factory=MessageSettings)


class VoiceChannel(_Channel):
    medium: Literal["voice"]
    settings: VoiceSettings = Field(default_factory=VoiceSettings)


class ChannelFields(_Channel):
    """A channel of any medium, as shown."""

    medium: Literal["email", "chat", "form", "message", "voice"]
    settings: EmailSettings | ChatSettings | FormSettings | MessageSettings | VoiceSettings


_BY_MEDIUM: dict[str, type[_Channel]] = {
    "email": EmailChannel,
    "chat": ChatChannel,
    "form": FormChannel,
    "message": MessageChannel,
    "voice": VoiceChannel,
}


def _validate(values: Mapping[str, Any]) -> BaseModel:
    model = _BY_MEDIUM.get(str(values.get("medium")), ChannelFields)
    return model.model_validate(values)


def _check(draft: Draft) -> None:
    channel = draft.after
    draft.reference("brands", channel["brand_id"], "brand_id")
    queue = draft.reference("queues", channel["queue_id"], "queue_id")
    if queue is not None and queue["brand_id"] != channel["brand_id"]:
        raise Invalid("of_another_brand", "queue_id")
    if queue is not None and queue["medium"] != channel["medium"]:
        raise Invalid("medium_differs", "queue_id")
    if channel["medium"] == "email":
        _check_address(draft)
    if channel["medium"] == "voice":
        _check_numbers(draft)
        path = "settings.menu_id"
        menu = draft.reference("menus", channel["settings"].get("menu_id"), path)
        if menu is not None and menu["brand_id"] != channel["brand_id"]:
            raise Invalid("of_another_brand", path)
    if channel["medium"] == "chat":
        path = "settings.appointment_channel_id"
        answers = draft.reference("channels", channel["settings"].get("appointment_channel_id"), path)
        if answers is not None and answers["brand_id"] != channel["brand_id"]:
            raise Invalid("of_another_brand", path)
        if answers is not None and answers["medium"] not in ("form", "email"):
            raise Invalid("medium_differs", path)
    if channel["medium"] == "form":
        path = "settings.reply_from_channel_id"
        reply = draft.reference("channels", channel["settings"]["reply_from_channel_id"], path)
        if reply is not None and reply["brand_id"] != channel["brand_id"]:
            raise Invalid("of_another_brand", path)
        if reply is not None and reply["medium"] != "email":
            raise Invalid("medium_differs", path)


def _check_numbers(draft: Draft) -> None:
    settings = draft.after["settings"]
    draft.reference("voice_servers", settings["server_id"], "settings.server_id")
    for row in draft.unit.rows("channels"):
        if row["id"] == draft.id or row["medium"] != "voice":
            continue
        servers = {settings["server_id"], row["settings"].get("server_id")}
        if len(servers) > 1 and None not in servers:
            continue
        for number in settings["numbers"]:
            if number in (row["settings"].get("numbers") or ()):
                raise Invalid("number_in_use", "settings.numbers", value=number)


def _check_address(draft: Draft) -> None:
    address = draft.after["settings"]["address"].lower()
    for row in draft.unit.rows("channels"):
        if row["id"] == draft.id or row["medium"] != "email":
            continue
        if row["settings"]["address"].lower() == address:
            raise Invalid("address_in_use", "settings.address")


def _stored(draft: Draft, values: Row) -> Row:
    """Settings without secrets, secrets apart: those sent, else those that were there."""
    stored = dict(values)
    if draft.before is None:
        stored["public_key"] = secrets.token_urlsafe(18)
    if "settings" not in stored:
        return stored
    settings: dict[str, Any] = dict(stored["settings"])
    settings.pop(_PUBLIC_KEYS.get(draft.after["medium"], ""), None)
    kept = {} if draft.id is None else draft.unit.secrets(draft.id)
    told: dict[str, Any] = {}
    for part in _SECRET_PARTS:
        values_of_part: dict[str, Any] | None = settings.get(part)
        if values_of_part is None:
            continue
        password = values_of_part.get("password")
        settings[part] = {key: value for key, value in values_of_part.items() if key != "password"}
        if password == HIDDEN:
            # As it was, but never for another server: else a secret could be sent where one likes.
            told[part] = kept.get(part, {}) if _same_server(draft.before, part, values_of_part) else {}
            if not told[part]:
                raise Invalid("password_again", f"settings.{part}.password")
        elif password:
            told[part] = {"password": password}
    return {**stored, "settings": settings, "secrets": told}


def _same_server(before: Row | None, part: str, values: Row) -> bool:
    was: Row = ((before or {}).get("settings") or {}).get(part) or {}
    return all(was.get(key) == values.get(key) for key in ("host", "port", "username"))


def shown(row: Row, kept: Mapping[str, Any], public_key: str) -> Row:
    """A stored channel as people see it: secrets as "•••", its public key among the settings."""
    settings: dict[str, Any] = dict(row["settings"])
    for part in _SECRET_PARTS:
        if isinstance(settings.get(part), dict):
            settings[part] = {**settings[part], "password": HIDDEN if kept.get(part) else None}
    if row["medium"] in _PUBLIC_KEYS:
        settings[_PUBLIC_KEYS[row["medium"]]] = public_key
    return {**row, "settings": settings}


def _cautions(row: Row, unit: SettingsUnit) -> list[Caution]:
    cautions: list[Caution] = []
    settings: dict[str, Any] = row["settings"]
    if row["queue_id"] is None:
        cautions.append(Caution("channel_without_queue"))
    if row["medium"] == "email" and settings["smtp"] is None:
        cautions.append(Caution("channel_cannot_answer"))
    if row["medium"] == "form" and settings["reply_from_channel_id"] is None:
        cautions.append(Caution("channel_cannot_answer"))
    if row["medium"] == "voice" and not unit.rows("voice_servers"):
        cautions.append(Caution("voice_without_server"))
    if row["medium"] == "voice":
        country = settings.get("country") or ""
        dear = [one for one in settings.get("numbers") or () if dear_number(one, country)]
        cautions += [Caution("premium_number", {"number": one}) for one in dear]
    if row["medium"] in ("chat", "form") and not settings["origins"]:
        cautions.append(Caution("channel_without_origin"))
    if row["medium"] == "voice" and _from_pages(settings, unit) and not settings.get("origins"):
        cautions.append(Caution("channel_without_origin"))
    return cautions


def _from_pages(settings: Row, unit: SettingsUnit) -> bool:
    """Whether callers of a voice channel come from pages: its server, named, connects browsers."""
    servers = {row["id"]: row["kind"] for row in unit.rows("voice_servers")}
    return servers.get(settings.get("server_id")) == "web"


CHANNELS = Noun(
    key="channels",
    title="channel",
    fields=ChannelFields,
    check=_check,
    cautions=_cautions,
    stored=_stored,
    body=Annotated[
        EmailChannel | ChatChannel | FormChannel | MessageChannel | VoiceChannel,
        Field(discriminator="medium"),
    ],
    validate=_validate,
    fixed=frozenset({"brand_id", "medium"}),
    merged=frozenset({"settings"}),
)
