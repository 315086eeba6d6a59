"""The reference of indicators is what the definitions say."""

from tools.indicators import PAGE, page


def test_the_page_is_what_the_definitions_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make diagrams`"
