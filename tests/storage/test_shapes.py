"""The pictures inside a mail are those of that mail."""

from typing import Any

from affluent.storage.shapes import with_pictures


def part(number: int, cid: str | None, kind: str = "image/png") -> dict[str, Any]:
    return {"id": number, "filename": "logo", "content_type": kind, "size": 1, "cid": cid}


def test_a_picture_of_the_mail_is_shown_from_its_file() -> None:
    shown = with_pictures('<p><img alt="a" src="cid:logo@x" width="3"></p>', [part(7, "logo@x")])
    assert shown == '<p><img alt="a" src="/api/v1/files/7?inline=1" width="3"></p>'


def test_its_name_may_be_written_in_capitals_and_with_escapes() -> None:
    shown = with_pictures('<img src="CID:A%2Bb&amp;c@X">', [part(7, "a+B&c@x")])
    assert shown == '<img src="/api/v1/files/7?inline=1">'


def test_what_is_no_picture_or_not_of_this_mail_is_not_fetched() -> None:
    parts = [part(7, "page", "text/html"), part(8, "drawing", "image/svg+xml"), part(9, None)]
    for name in ("page", "drawing", "other", "None", ""):
        assert with_pictures(f'<img src="cid:{name}">', parts) == "<img>"


def test_text_that_looks_like_a_picture_stays_text() -> None:
    text = '<p>&lt;img src="cid:logo"&gt; src="cid:logo"</p>'
    assert with_pictures(text, [part(7, "logo")]) == text
