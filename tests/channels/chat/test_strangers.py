"""What the door keeps out: foreign sites, wrong tokens, floods, frames no widget sends, other people's words."""

import json
from typing import Any

import httpx
import pytest

from tests.channels.centre import MINUTE_MS, SITE_ORIGIN
from tests.channels.chat.conftest import House
from tests.channels.chat.widget import Widget


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", None, "https://shop.example.evil.example"]
)
def test_a_foreign_origin_is_turned_away(house: House, origin: str | None) -> None:
    widget = house.widget(origin=origin)
    widget.open()
    assert widget.closed_with() == 4403


def test_the_servers_own_pages_may_open_the_chat(house: House) -> None:
    assert house.widget(origin=f"http://{house.address}").hello().welcome["state"] == "new"


def test_unknown_sites_and_tokens_are_told_apart(house: House) -> None:
    nowhere = house.widget("no-such-site")
    nowhere.open()
    assert nowhere.closed_with() == 4404
    stranger = house.widget()
    stranger.open()
    stranger.send(t="hello", token="x" * 43, since=0, page="", lang="fr")
    assert stranger.closed_with() == 4401


def test_only_a_digest_of_the_token_is_stored(house: House) -> None:
    token = house.widget().hello().token
    assert token is not None
    (row,) = house.centre.rows("select token_hash, chat::text as all from chat")
    assert len(row["token_hash"]) == 32 and token not in row["all"]


def test_new_chats_from_one_address_are_limited(house: House) -> None:
    for _ in range(20):
        house.widget().hello().close()
    late = house.widget()
    late.open()
    late.send(t="hello", token=None, since=0, page="", lang="fr")
    assert late.closed_with() == 4429
    house.centre.clock.pass_ms(MINUTE_MS)
    house.widget().hello()


def test_more_than_twenty_frames_a_second_end_the_socket(house: House) -> None:
    widget = house.widget().hello()
    for _ in range(60):
        widget.send(t="ping")
    assert widget.closed_with() == 4429


HOSTILE: list[Any] = [
    "not json",
    "[" * 50_000,
    '{"t": "hello", "token": null}',
    '{"t": "drop table"}',
    "[]",
    '"say"',
    '{"t": "read", "seq": -1}',
    '{"t": "read", "seq": 1e400}',
    '{"t": "read", "seq": ' + "9" * 5000 + "}",
    '{"t": "say", "key": 7, "text": "x"}',
    '{"t": "say", "key": "abcdefgh", "text": {"a": 1}}',
    '{"t": "say", "key": "abcdefgh", "text": "", "files": []}',
    '{"t": "say", "key": "abcdefgh", "text": "x", "files": [999999]}',
    '{"t": "say", "key": "abcdefgh", "text": "x", "files": ["1; drop"]}',
]


def test_frames_no_widget_sends_are_refused_and_the_socket_lives_on(house: House) -> None:
    widget = house.widget().hello()
    socket = widget._socket  # pyright: ignore[reportPrivateUsage] -- raw frames, below what a widget can say
    assert socket is not None
    for frame in HOSTILE:
        socket.send(frame)
        assert json.loads(socket.recv(timeout=10))["t"] == "refused", frame
    assert widget.said("\ud83d\ude00 et \x00 un nul") > 0
    socket.send(json.dumps({"t": "say", "key": "lone-surrogate", "text": "a\ud800b", "name": "\ud800"}))
    widget.until("ack", key="lone-surrogate")


@pytest.mark.parametrize(("frame", "code"), [(b"\x00\x01", 1003), ("x" * 70_000, 1009)])
def test_binary_and_oversized_frames_end_the_socket(house: House, frame: str | bytes, code: int) -> None:
    widget = house.widget().hello()
    socket = widget._socket  # pyright: ignore[reportPrivateUsage] -- raw frames, below what a widget can say
    assert socket is not None
    socket.send(frame)
    assert widget.closed_with() == code


def test_words_stay_within_their_chat_and_their_brand(house: House) -> None:
    other = house.centre.brand("Bréval")
    house.centre.channel(other, house.centre.queue(other), "site-b")
    house.centre.settings_changed()
    mine, theirs, beside = house.widget().hello(), house.widget("site-b").hello(), house.widget().hello()
    mine.said("secret de A")
    theirs.said("secret de B")
    beside.said("mon voisin")
    for widget, words in ((mine, "secret de A"), (theirs, "secret de B"), (beside, "mon voisin")):
        again = house.widget(widget.site, token=widget.token).hello()
        assert [one["text"] for one in again.messages] == [words]
    astray = house.widget("site-b", token=mine.token)
    astray.open()
    astray.send(t="hello", token=mine.token, since=0, page="", lang="fr")
    assert astray.closed_with() == 4401


def _upload(
    house: House, widget: Widget, name: str, content: bytes, kind: str, **more: str
) -> httpx.Response:
    return httpx.post(
        f"http://{house.address}/chat/v1/files?site=site-a&lang=fr",
        headers={"X-Chat-Token": widget.token or "", "Origin": SITE_ORIGIN, **more},
        files={"file": (name, content, kind)},
    )


def test_files_travel_with_their_message_and_open_only_for_their_chat(house: House) -> None:
    widget, other = house.widget().hello(), house.widget().hello()
    kept = _upload(house, widget, "../../facture.pdf", b"%PDF-1.7", "application/pdf")
    assert kept.status_code == 200 and kept.headers["access-control-allow-origin"] == SITE_ORIGIN
    file = kept.json()
    assert file["filename"] == "facture.pdf"
    widget.send(t="say", key="with-a-file", text="", files=[file["id"]])
    widget.until("ack", key="with-a-file")
    (message,) = house.widget(token=widget.token).hello().messages
    got = httpx.get(f"http://{house.address}{message['files'][0]['url']}")
    assert got.content == b"%PDF-1.7" and got.headers["content-type"] == "application/pdf"
    url: str = message["files"][0]["url"]
    assert widget.token is not None and widget.token not in url, "a link never opens the conversation"
    at, _, shown = url.rpartition("/")
    chat, until, mac = shown.split(".")
    for forged in (
        f"{at}/{chat}.{int(until) + 1}.{mac}",
        f"{at}/{int(chat) + 1}.{until}.{mac}",
        f"{at}/{chat}.{until}.{mac[::-1]}",
        f"/chat/v1/files/{file['id'] + 1}/{shown}",
        f"{at}/{other.token}",
        f"{at}/x",
    ):
        assert httpx.get(f"http://{house.address}{forged}").status_code == 404, forged
    other.send(t="say", key="not-my-file", text="", files=[file["id"]])
    assert other.until("refused", key="not-my-file")["code"] == "file_unknown"


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "x"]
)
def test_what_could_run_is_only_ever_saved(house: House, kind: str) -> None:
    widget = house.widget().hello()
    file = _upload(house, widget, "page.html", b"<script>alert(1)</script>", kind).json()
    got = httpx.get(f"http://{house.address}{file['url']}")
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["x-content-type-options"] == "nosniff"


def test_uploads_need_a_live_token_the_right_site_and_a_bearable_size(house: House) -> None:
    widget = house.widget().hello()
    assert _upload(house, widget, "a.txt", b"a", "text/plain", **{"X-Chat-Token": "wrong"}).status_code == 401
    assert (
        _upload(house, widget, "a.txt", b"a", "text/plain", Origin="https://evil.example").status_code == 403
    )
    assert _upload(house, widget, "a.txt", b"", "text/plain").json()["error"]["code"] == "file_empty"
    big = _upload(house, widget, "a.bin", b"x" * (10 * 1024 * 1024 + 1), "application/octet-stream")
    assert big.status_code == 413 and "10.5 Mo" in big.json()["error"]["message"]
