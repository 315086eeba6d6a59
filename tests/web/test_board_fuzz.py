"""The board's routes, met by requests made from their own description: none may break them."""

import pytest
import schemathesis

from tests.web.desk_house import desk_house
from tests.web.fuzzing import Fuzz, draws_by_itself, operations

NUMBERS = (1, 2, 3)


@pytest.mark.timeout(300)
@draws_by_itself
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_request_breaks_the_board(dsn: str, mode: schemathesis.GenerationMode) -> None:
    with desk_house(dsn) as house:
        fuzz = Fuzz(house.browser("sam"))
        for _ in NUMBERS:
            house.mail()
        for operation in operations(house.centre.app, mode):
            if "/board" in operation.path or "/notices" in operation.path:
                there = {one.name: NUMBERS for one in operation.path_parameters}
                fuzz.attempt(operation, mode, there)
    statuses = fuzz.statuses
    assert statuses[401] == statuses[500] == 0
    assert statuses[200] > 10 if mode is schemathesis.GenerationMode.POSITIVE else statuses[422] > 10, (
        statuses
    )
