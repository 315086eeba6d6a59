"""Which pages may use a door."""

import pytest

from affluent.channels.origins import allowed

ORIGINS = ["https://shop.example/", "http://localhost:8080"]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://shop.example", True),
        ("https://SHOP.example", True),
        ("http://shop.example", False),
        ("https://shop.example:444", False),
        ("https://a.shop.example", False),
        ("https://shop.example.evil.example", False),
        ("http://localhost:8080", True),
        ("https://centre.example", True),
        ("null", False),
        ("", False),
        (None, False),
    ],
)
def test_only_the_sites_of_the_channel_and_the_servers_own(origin: str | None, expected: bool) -> None:
    assert allowed(origin, "centre.example", ORIGINS) is expected


def test_an_empty_list_admits_the_servers_own_pages_only() -> None:
    assert allowed("https://centre.example", "centre.example", [])
    assert not allowed("https://shop.example", "centre.example", [])
