"""`affluent voice setup` over the settings of a running Asterisk, and what `check` says of it: right, then wrong.

Two Asterisks: ours, and one that is the telephone provider at which it registers.
"""

import asyncio
import json
import shlex
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from affluent.channels.email.secure import trusting
from affluent.channels.voice.asterisk.configuration import Plan
from affluent.channels.voice.asterisk.existing import kept
from affluent.channels.voice.asterisk.own import furnish
from affluent.channels.voice.sip.phone import NotRegistered, SipPhone
from affluent.cli.commands import app
from affluent.cli.voice.check import Asked, look
from affluent.cli.voice.checks import outside, server, speaking
from affluent.cli.voice.checks.finding import Finding
from affluent.cli.voice.wording import say, words
from tests.faults.server import free_port
from tests.support.certificates import Authority
from tests.voice.asterisk import PASSWORD, USER, Asterisk

LINE, SECRET = "0123456789", "right;word"


def codes(found: list[Finding]) -> set[str]:
    """Of what is wrong."""
    return {one.code for one in found if not one.ok}


# -- without an Asterisk


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(404), "no_ari"),
        (httpx.Response(200, text="<html>"), "no_ari"),
        (httpx.Response(403), "wrong_password"),
        (httpx.Response(200, json={"system": {"version": "18.2.0"}}), "too_old"),
    ],
)
def test_what_answers_is_told_from_an_asterisk_of_use(answer: httpx.Response, code: str) -> None:
    with httpx.Client(transport=httpx.MockTransport(lambda _: answer), base_url="http://x") as ari:
        assert codes(list(server.reached(ari, "http://x", "affluent"))) == {code}


def test_what_is_not_loaded_and_who_may_only_read_is_named() -> None:
    def answer(asked: httpx.Request) -> httpx.Response:
        loaded = [{"name": f"{one}.so", "status": "Running"} for one in server.NEEDED[1:]]
        return httpx.Response(403) if asked.method == "DELETE" else httpx.Response(200, json=loaded)

    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://x") as ari:
        found = list(server.modules(ari))
        assert codes(found) == {"modules_missing", "browsers_missing", "trunks_missing"}
        assert found[0].params["names"] == server.NEEDED[0] and found[0].grave
        assert codes(list(server.may_write(ari, "reader"))) == {"read_only"}


def _deaf(socket: ServerConnection) -> None:
    """Hears everything and says nothing."""
    for _ in socket:
        pass


def test_a_version_that_takes_no_commands_by_socket_is_said_to_go_by_http(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speaking, "COMMAND_S", 0.1)
    deaf = serve(_deaf, "127.0.0.1", 0)
    threading.Thread(target=deaf.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{deaf.socket.getsockname()[1]}"
    refused = httpx.MockTransport(lambda _: httpx.Response(500))
    with httpx.Client(transport=refused, base_url=url) as ari:
        found = list(speaking.speaking(ari, url, ("u", "p"), None))
    deaf.shutdown()
    assert codes(found) == {"commands_by_http", "no_dialplan"}
    with httpx.Client(transport=refused, base_url=url) as ari:
        assert codes(list(speaking.speaking(ari, "http://127.0.0.1:9", ("u", "p"), None))) == {
            "socket_refused"
        }


def test_too_few_ports_are_counted_in_calls() -> None:
    assert codes(list(outside.ports({"rtpstart": "10000", "rtpend": "10100", "icesupport": "no"}))) == {
        "ports_few",
        "no_ice",
    }
    assert codes(list(outside.ports({}))) == set()


@pytest.mark.parametrize(
    ("days", "host", "code"),
    [((-30, -1), "localhost", "certificate_expired"), ((-1, 90), "mail.example", "certificate_name"),
     ((-1, 90), "", "certificate_unknown"), ((5, 30), "localhost", "certificate_not_yet")],
)  # fmt: skip
def test_a_certificate_that_no_browser_believes_is_named(
    tmp_path: Path, days: tuple[int, int], host: str, code: str
) -> None:
    pair = Authority(tmp_path).sign("x", host or "localhost", days=days, self_signed=not host)
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(pair.certificate, pair.key)
    trusted = trusting(tmp_path / "authority.pem")
    with socket.create_server(("127.0.0.1", 0)) as door:

        def once() -> None:
            bare, _ = door.accept()
            with bare, pytest.raises(ssl.SSLError):
                shown.wrap_socket(bare, server_side=True)

        thread = threading.Thread(target=once)
        thread.start()
        found = list(outside.browsers(f"wss://localhost:{door.getsockname()[1]}/ws", trusted, time.time()))
        thread.join(5)
    assert codes(found) == {code}


def test_an_address_that_no_browser_can_reach_is_named() -> None:
    trusted = trusting(None)
    assert codes(list(outside.browsers("ws://localhost/ws", trusted, 0))) == {"phones_url_plain"}
    assert codes(list(outside.browsers("wss://127.0.0.1:9/ws", trusted, 0))) == {"phones_url_silent"}


# -- with two


class Pair:
    """An Asterisk that its administrator has had for years, with ours on top, and the provider's."""

    def __init__(self, folder: Path) -> None:
        self.provider = Asterisk(folder / "provider", [])
        self.provider.plan = Plan(
            USER, PASSWORD, http_port=self.provider.http, sip_host="127.0.0.1", sip_port=self.provider.sip,
            media_address="127.0.0.1", customers=((LINE, SECRET),),
        )  # fmt: skip
        furnish(self.provider.root, self.provider.folder, self.provider.plan)
        self.ours = Asterisk(folder / "ours", [])
        self.settings, self.https = self.ours.folder / "etc", free_port()
        authority = Authority(folder)
        self.certificate = authority.sign("phone", "localhost")
        self.ca_file = folder / "authority.pem"
        self.sounds = folder / "sounds"
        self.sounds.mkdir()
        sip = f"bind=127.0.0.1:{self.ours.sip}"
        for name, text in {
            "http.conf": f"[general]\nenabled=no\nbindaddr=127.0.0.1\nbindport={self.ours.http}\n",
            "ari.conf": "[general]\nenabled=no\n[reader]\ntype=user\nread_only=yes\npassword=read\n",
            "rtp.conf": "[general]\nrtpstart=21000\nrtpend=21999\n",
            "pjsip.conf": f"[main]\ntype=transport\nprotocol=udp\n{sip}\n",
            "extensions.conf": "[default]\nexten => s,1,Hangup()\n",
        }.items():
            (self.settings / name).write_text(text)
        # The tests know its password: one that is there stays.
        (self.settings / "affluent").mkdir()
        (self.settings / "affluent/ari.conf").write_text(f"[{USER}]\npassword={PASSWORD}\n")

    def set_up(self, *more: str) -> None:
        """With one line to the provider, and `more`, whose passwords are wrong."""
        told = CliRunner().invoke(
            app,
            ["voice", "setup", str(self.settings), "--agents", "3", "--desk-phones", "20",
             "--trunk", f"{LINE}@127.0.0.1:{self.provider.sip}", "--sip-host", "127.0.0.1",
             "--certificate", str(self.certificate.certificate), "--key", str(self.certificate.key),
             "--https-port", str(self.https), *(part for one in more for part in ("--trunk", one))],
            env={
                "AFFLUENT_TRUNK_PASSWORD": SECRET, "AFFLUENT_TRUNK_PASSWORD_SPARE": "wrong",
                "AFFLUENT_TRUNK_PASSWORD_DEAD": "wrong",
            },
        )  # fmt: skip
        assert told.exit_code == 0, told.output

    @property
    def console(self) -> list[str]:
        return [str(self.ours.root / "run"), "-C", str(self.ours.main)]

    def says(self, command: str) -> str:
        told = subprocess.run([*self.console, "-rx", command], capture_output=True, text=True, check=True)
        return told.stdout

    def look(self, **other: Any) -> dict[str, Finding]:
        now_s = other.pop("now_s", time.time)
        usual = Asked(
            self.ours.url, USER, PASSWORD, self.sounds, f"wss://localhost:{self.https}/ws", shlex.join(self.console),
            self.settings, self.ca_file,
        )  # fmt: skip
        return {one.code: one for one in look(replace(usual, **other), now_s)}

    def until(self, *wanted: str) -> dict[str, Finding]:
        """What is found once all these are."""
        end = time.monotonic() + 30
        while not set(wanted) <= (found := self.look(phones_url="")).keys():
            assert time.monotonic() < end, (wanted, found, self.says("pjsip show registrations"))
        return found


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Generator[Pair]:
    made = Pair(tmp_path_factory.mktemp("pair"))
    made.set_up()
    try:
        made.provider.start()
        made.ours.start()
        yield made
    finally:
        made.ours.stop()
        made.provider.stop()


@pytest.mark.faults
def test_what_setup_wrote_over_old_settings_is_found_right(pair: Pair) -> None:
    found = pair.until("registration_registered", "trunk_there")
    found |= pair.look()
    wrong = [one for one in found.values() if not one.ok]
    # The certificate of the test ends in a month; nobody has registered a phone yet.
    assert codes(wrong) == {"phones_away", "ports_few"}, [say("en", one.code, **one.params) for one in wrong]
    right = {
        "reached",
        "clock",
        "modules",
        "commands_by_socket",
        "dialplan",
        "sounds",
        "trunk_there",
        "certificate",
    }
    assert right | {"phones_url"} <= found.keys()
    assert found["phones_away"].params["names"] == "agent-3, agent-20"
    for one in found.values():
        assert all(say(locale, one.code, **one.params) for locale in ("fr", "en"))
    assert not list(pair.sounds.iterdir())
    assert pair.ours.channels() == []


def _no_sound(_: object) -> bytes:
    return b""


@pytest.mark.faults
def test_each_fault_is_told_by_its_name(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(**other: Any) -> set[str]:
        return codes(list(pair.look(**{"phones_url": ""} | other).values()))

    usual = wrong()
    assert wrong(password="wrong") - usual == {"wrong_password"}
    assert wrong(url="http://127.0.0.1:9") - usual == {"unreachable"}
    assert wrong(user="reader", password="read") - usual >= {"read_only"}
    assert wrong(now_s=lambda: time.time() + 60) - usual == {"clock_behind"}
    assert wrong(now_s=lambda: time.time() - 60) - usual == {"clock_ahead"}
    assert wrong(sounds=pair.sounds / "none") - usual == {"sounds_not_ours"}
    assert wrong(console="no-such-asterisk") - usual == {"console_missing"}
    assert wrong(console="false") - usual == {"console_silent"}
    assert wrong(folder=pair.settings / "none") - usual == {"no_folder"}
    assert wrong(phones_url=f"wss://localhost:{pair.https}/ws", ca_file=None) - usual == {
        "certificate_unknown"
    }
    assert wrong(phones_url=f"wss://localhost:{pair.https}/none") - usual == {"phones_url_no_sip"}
    late = time.time() + 20 * 86_400
    ending = list(outside.browsers(f"wss://localhost:{pair.https}/ws", trusting(pair.ca_file), late))
    assert codes(ending) == {"certificate_ends"}
    with monkeypatch.context() as patched:
        patched.setattr(speaking, "as_wav", _no_sound)
        assert wrong() - usual == {"sounds_unreadable"}
    pair.says("dialplan remove context affluent-agent")
    pair.says("module unload func_cut.so")
    assert wrong() - usual == {"no_dialplan", "trunks_missing"}
    pair.says("module load func_cut.so")
    pair.says("dialplan reload")
    assert wrong() == usual


@pytest.mark.faults
def test_a_refused_password_and_a_silent_provider_are_told_apart(pair: Pair) -> None:
    pair.set_up(f"spare={LINE}@127.0.0.1:{pair.provider.sip}", f"dead=me@127.0.0.1:{free_port()}")
    pair.says("core reload")
    found = pair.until("registration_rejected", "registration_unregistered", "registration_registered")
    names = {code: one.params["name"] for code, one in found.items() if code.startswith("registration")}
    assert names == {
        "registration_registered": "trunk", "registration_rejected": "spare", "registration_unregistered": "dead",
    }  # fmt: skip
    pair.set_up()
    pair.says("core reload")


@pytest.mark.faults
def test_a_call_to_where_we_registered_comes_in_by_the_number_of_the_line(pair: Pair) -> None:
    pair.until("registration_registered")
    address = f"{pair.ours.url.replace('http', 'ws')}/ari/events?app=affluent&api_key={USER}:{PASSWORD}"
    with connect(address, proxy=None) as events:
        told = httpx.post(
            f"{pair.provider.url}/ari/channels", auth=(USER, PASSWORD), trust_env=False,
            params={"endpoint": f"PJSIP/{LINE}", "extension": "echo", "context": "affluent-agent"},
        )  # fmt: skip
        assert told.status_code == 200, told.text
        event = next(
            one for one in iter(lambda: json.loads(events.recv(10)), None) if one["type"] == "StasisStart"
        )
        assert event["args"] == ["inbound", LINE]
        httpx.delete(
            f"{pair.ours.url}/ari/channels/{event['channel']['id']}", auth=(USER, PASSWORD), trust_env=False
        )


@pytest.mark.faults
def test_a_phone_registers_with_its_password_alone_and_goes_again(pair: Pair) -> None:
    def there() -> tuple[str, str]:
        told = pair.look(phones_url="")["phones_away"].params
        return told["there"], told["names"]

    def phone(act: Callable[[SipPhone], Coroutine[Any, Any, None]], then: tuple[str, str]) -> None:
        async def acted() -> None:
            made = await SipPhone(("127.0.0.1", pair.ours.sip), "agent-20").open(port)
            try:
                await act(made)
                # It is asked whether it is there, and answers.
                end = time.monotonic() + 10
                while (found := await asyncio.to_thread(there)) != then:
                    assert time.monotonic() < end, found
            finally:
                made.close()

        asyncio.run(acted())

    nobody, all_but_one = ("0", "agent-3, agent-20"), ("1", "agent-3")
    port, secret = free_port(), kept(pair.settings)["agent-20"]
    with pytest.raises(NotRegistered):
        phone(lambda one: one.register("agent-20", "wrong"), nobody)
    assert there() == nobody
    phone(lambda one: one.register("agent-20", secret), all_but_one)
    phone(lambda one: one.register("agent-20", secret, lasts_s=0), nobody)


def test_every_finding_has_its_sentences() -> None:
    assert all(name in words("fr") for name in ("unreachable", "certificate_wrong", "registration_stopped"))
