"""A link to a chat's file opens that file, for a day, and nothing else."""

import pytest

from affluent.channels.chat.passes import LASTS_MS, Opener, read
from affluent.facts.instants import HOUR_MS

OPENER = Opener(7, b"what is stored of a token")
NOW_MS = 1_790_000_000_000


def _read(url: str, file_id: int = 3) -> bool:
    found = read(file_id, url.rpartition("/")[2])
    return found is not None and found.chat_id == 7 and found.fits(OPENER.token_hash, NOW_MS)


def test_a_pass_opens_its_file_for_a_day() -> None:
    shown = read(3, OPENER.url(3, NOW_MS).rpartition("/")[2])
    assert shown is not None
    for later_ms, opens in ((0, True), (LASTS_MS, True), (LASTS_MS + HOUR_MS, False)):
        assert shown.fits(OPENER.token_hash, NOW_MS + later_ms) is opens


def test_a_pass_opens_no_other_file_and_no_other_chat() -> None:
    url = OPENER.url(3, NOW_MS)
    assert _read(url)
    assert not _read(url, file_id=4)
    assert not _read(Opener(7, b"of another token").url(3, NOW_MS))
    shown = read(3, url.rpartition("/")[2])
    assert shown is not None and not shown.fits(b"of another token", NOW_MS)


def test_the_address_stays_for_an_hour_so_that_browsers_keep_the_file() -> None:
    start_ms = NOW_MS // HOUR_MS * HOUR_MS
    assert (
        OPENER.url(3, start_ms) == OPENER.url(3, start_ms + HOUR_MS - 1) != OPENER.url(3, start_ms + HOUR_MS)
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "7..x",
        "7.1.é" + "a" * 31,
        "0.1." + "a" * 32,
        "7." + "9" * 30 + "." + "a" * 32,
        "٧.1." + "a" * 32,
    ],
)
def test_what_is_no_pass_is_none(text: str) -> None:
    assert read(3, text) is None
