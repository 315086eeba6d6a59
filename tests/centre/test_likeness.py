"""Who may be the same customer: what speaks for it must be more than a common name."""

from typing import Any

from affluent.centre.likeness import NAMESAKES_MAX, evidence, without_namesakes


def card(number: int, name: str, *emails: str) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "note": "",
        "addresses": [{"kind": "email", "value": one} for one in emails],
    }


def found(others: list[dict[str, Any]]) -> list[int]:
    one = card(1, "Anne Martin", "anne.martin@home.example")
    return [
        other
        for _, other in without_namesakes(
            [(score, other["id"], why) for other in others for score, why in (evidence(one, other),)]
        )
    ]


def test_a_rare_name_that_two_share_is_worth_a_look() -> None:
    assert found([card(2, "Anne Martin", "am@work.example")]) == [2]


def test_a_name_that_many_share_says_nothing() -> None:
    many = [card(2 + number, "Anne Martin", f"{number}@work.example") for number in range(NAMESAKES_MAX + 1)]
    assert found(many) == []


def test_of_many_namesakes_the_one_with_the_same_mailbox_stays() -> None:
    many = [card(2 + number, "Anne Martin", f"{number}@work.example") for number in range(NAMESAKES_MAX + 1)]
    assert found([*many, card(9, "Anne Martin", "anne.martin@work.example")]) == [9]
