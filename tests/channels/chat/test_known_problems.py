"""What a visitor reads of known problems: before a word is said, while it is open, and no longer."""

from psycopg.types.json import Jsonb

from affluent.centre.known_problems import times as problem_times
from tests.channels.chat.conftest import House


def declared(house: House) -> int:
    made = house.centre.insert(
        "known_problem",
        name="Retards",
        brand_id=house.brand,
        message_fr="Deux jours de retard.",
        words=Jsonb(["colis"]),
        begins_ms=0,
    )
    house.centre.runner.do(problem_times.look)
    return made


def test_a_visitor_reads_of_it_before_the_first_word_and_may_go_on(house: House) -> None:
    declared(house)
    widget = house.widget().hello()
    (line,) = widget.messages
    assert (line["from"], line["text"]) == ("system", "Deux jours de retard.")
    assert line["seq"] < 0 and widget.since == 0, "it stands before the conversation, and is no part of it"
    widget.said("Où est mon colis ?")
    widget.until("state", state="waiting")
    house.centre.ready(house.agent)
    house.centre.answers(house.agent, house.centre.accepts(house.agent), "Il arrive.")
    widget.message("Il arrive.")


def test_an_open_panel_learns_of_its_beginning_and_its_end(house: House) -> None:
    widget = house.widget().hello()
    assert widget.messages == []
    problem = declared(house)
    line = widget.message("Deux jours de retard.")
    house.centre.rows("update known_problem set ends_ms = 1 where id = %s returning id", problem)
    house.centre.runner.do(problem_times.look)
    assert widget.message("")["seq"] == line["seq"], "the line is taken back"


def test_who_asks_about_something_else_is_told_nothing_more(house: House) -> None:
    declared(house)
    widget = house.widget().hello()
    widget.said("Ma facture est fausse")
    widget.until("state", state="waiting")
    again = house.widget(token=widget.token).hello()
    assert [one["text"] for one in again.messages] == ["Ma facture est fausse"]
