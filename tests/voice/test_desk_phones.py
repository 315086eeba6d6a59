"""What a browser is told to be a telephone: ways through networks, an endpoint, and what the pages may reach."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha1

import pytest

from affluent.centre.administration.voice_servers import VoiceServerFields
from affluent.centre.calling.phones import LENT_S, PhoneSockets, desk_phones, ice_servers, phone_secret
from affluent.centre.calling.records import VoiceServer
from affluent.centre.hub import SettingsChanged

TURN = ("stun:stun.example.org:3478", "turn:turn.example.org:3478?transport=udp")
WEB = VoiceServer(1, "web", "web", "", "", "", "FR", TURN)
PBX = VoiceServer(
    2, "pbx", "asterisk", "http://pbx:8088", "affluent", "ari-secret", "FR", (), "wss://pbx.example.org/ws"
)


def test_a_shared_secret_is_never_told_but_lends_a_password_that_ends_by_itself() -> None:
    stun, turn = ice_servers(replace(WEB, password="shared"), 5_000)
    assert stun == {"urls": [TURN[0]]}
    assert turn["username"] == f"{5 + LENT_S}:affluent"
    made = hmac.new(b"shared", turn["username"].encode(), sha1).digest()
    assert turn["credential"] == base64.b64encode(made).decode()
    assert "shared" not in str(turn)


def test_a_name_and_a_password_are_told_as_they_are_and_none_is_needed() -> None:
    assert ice_servers(replace(WEB, username="ada", password="pass"), 0)[1]["credential"] == "pass"
    assert ice_servers(WEB, 0)[1] == {"urls": [TURN[1]]}
    assert ice_servers(replace(WEB, ice_urls=()), 0) == ()


def test_the_secret_of_an_asterisk_is_never_lent_to_a_turn_server() -> None:
    server = replace(PBX, ice_urls=TURN)
    assert ice_servers(server, 0, asterisk=True)[1] == {"urls": [TURN[1]]}
    phones = desk_phones([WEB, server], 7, 0)
    assert phones.web
    assert phones.sip[0].uri == "sip:agent-7@pbx.example.org"
    assert phones.sip[0].password == phone_secret("ari-secret", 7) != phone_secret("ari-secret", 8)
    assert "ari-secret" not in str(phones)
    assert desk_phones([replace(PBX, phones_url="")], 7, 0).sip == ()


def test_pages_may_reach_the_telephones_of_the_settings_and_nothing_else() -> None:
    servers: list[VoiceServer] = [WEB]

    def read() -> Sequence[VoiceServer]:
        return servers

    sockets = PhoneSockets(read)
    assert sockets() == ()
    servers.append(PBX)
    sockets.heard(SettingsChanged("queues"))
    assert sockets() == ()
    sockets.heard(SettingsChanged("voice_servers"))
    assert sockets() == ("wss://pbx.example.org",)


@pytest.mark.parametrize(
    "values",
    [
        {"phones_url": "https://pbx.example.org/ws"},
        {"phones_url": "wss://pbx.example.org;script-src/ws"},
        {"phones_url": "wss://user@pbx.example.org/ws"},
        {"ice_urls": ["http://stun.example.org"]},
        {"ice_urls": ["turn:turn.example.org evil"]},
        {"ice_urls": ["stun:a?transport=udp"]},
    ],
)
def test_an_address_that_no_browser_could_use_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"written|Written|pattern"):
        VoiceServerFields.model_validate({"name": "pbx"} | values)
