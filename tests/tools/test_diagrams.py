"""The reference page of states says what the tables say."""

from tools.diagrams import PAGE, page

from affluent.facts.states import AGENT, CONTACT


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make diagrams`"


def test_every_fact_of_the_tables_is_on_the_page() -> None:
    drawn = page()
    for _, fact in (*CONTACT, *AGENT):
        assert fact.__name__ in drawn
