"""The menus of the demonstration keep the promises of every menu, with a queue of calls and without."""

import json

import pytest

from affluent.centre.menus.checking import Known, KnownQueue, check_menu
from affluent.centre.menus.reading import read_menu
from affluent.cli.demo.menus import document
from affluent.cli.demo.wording import ALWAYS, ARVENE, LIGEO, MOTIVES


@pytest.mark.parametrize("brand", [ARVENE, LIGEO])
@pytest.mark.parametrize("calls", [True, False])
def test_a_menu_of_the_demonstration_has_no_problem(brand: str, calls: bool) -> None:
    queues = (KnownQueue(1, "Appels", 1, True),) if calls else ()
    motives = {name: 1 for of, name, _ in MOTIVES if of == brand}
    known = Known(1, "fr", queues, motives, {ALWAYS: 1})
    menu, lines = read_menu(json.dumps(document(brand, known), ensure_ascii=False))
    assert check_menu(menu, known, lines) == []
