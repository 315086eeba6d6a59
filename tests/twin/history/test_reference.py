"""The examples of docs/reference/history.md, run as they stand there."""

import json
import re
from pathlib import Path

import pytest

from affluent.measure.computing import Period
from affluent.measure.indicators import INDICATORS, Measure
from affluent.twin.history.counting import lines, span_of
from affluent.twin.history.mapping import Became, Columns, Form, Mapping, parse
from affluent.twin.history.refused import Why
from affluent.twin.history.stays import history

PAGE = (Path(__file__).parents[3] / "docs/reference/history.md").read_text(encoding="utf-8")
PARTS = re.findall(r"<!-- example: (\S+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [tuple(PARTS[at : at + 3]) for at in range(0, len(PARTS), 3)]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example[0][0] for example in EXAMPLES])
def test_examples(example: tuple[tuple[str, str], ...], tmp_path: Path) -> None:
    (name, log), (_, mapping), (_, wanted) = example
    file = tmp_path / name
    file.write_text(log, encoding="utf-8")
    told = history(file, parse(mapping))
    assert told.report.refused == 0
    from_ms, to_ms = span_of(told.stays)
    figures = lines(told, Period(from_ms, to_ms, to_ms), (from_ms, to_ms))[0].figures
    for key, value in json.loads(wanted).items():
        found = figures[key]
        counted = INDICATORS[key].measure is Measure.COUNT
        assert (found.value if counted else f"{found.part}/{found.count}") == value, key


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == 2


def test_the_page_names_every_key_and_code() -> None:
    named = set(re.findall(r"`([a-z_]+)[`:]", PAGE))
    keys = {*Mapping.model_fields, *Columns.model_fields} - {"columns", "medium"}
    assert {*keys, *map(str, Why), *map(str, Became), *map(str, Form)} - named == set()
