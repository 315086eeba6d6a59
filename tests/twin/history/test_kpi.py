"""Figures of small logs, against what one counts by hand."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from affluent.cli.commands import app
from tests.twin.history import logs

_ROOT = Path(__file__).parents[3]
BANK = next(
    (
        file
        for beside in (_ROOT.parent, _ROOT.parent.parent)
        if (file := beside / "shared/data/anonymous_bank/dev/calls.tsv").exists()
    ),
    None,
)


@pytest.fixture
def told(tmp_path: Path) -> Any:
    def kpi(text: str | Path, mapping: str, *more: str, name: str = "log.csv") -> dict[str, Any]:
        file = text if isinstance(text, Path) else tmp_path / name
        if isinstance(text, str):
            file.write_text(text, encoding="utf-8")
        result = CliRunner().invoke(app, ["history", "kpi", str(file), "--mapping", mapping, "--json", *more])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return kpi


def line(answer: dict[str, Any], queue: str | None, at: int = 0) -> dict[str, Any]:
    return [one["figures"] for one in answer["lines"] if one["queue"] == queue][at]


def value(figures: dict[str, Any], key: str) -> Any:
    return figures[key]["value"]


def pooled(figures: dict[str, Any], key: str) -> tuple[int, int]:
    return figures[key]["part"], figures[key]["count"]


def test_a_generic_log_counted_by_hand(told: Any) -> None:
    answer = told(logs.GENERIC, "generic_csv", "--by", "none")
    sales = line(answer, "Sales")
    assert value(sales, "received") == 5
    assert value(sales, "answered") == 3
    # Answered after 10, 40 and 5 s; left after 3 s, which is short, and after 60 s.
    assert pooled(sales, "service_level") == (2, 4)
    assert pooled(sales, "service_level_all") == (2, 5)
    assert pooled(sales, "abandonment") == (1, 4)
    assert pooled(sales, "abandonment_all") == (2, 5)
    assert value(sales, "short_abandons") == 1
    assert pooled(sales, "asa") == (55_000, 3)
    assert value(sales, "longest_wait") == 60_000
    # In hand 180, 60 and 60 s, of which 30 s of wrap-up.
    assert pooled(sales, "aht") == (300_000, 3)
    assert pooled(sales, "aht_wrap") == (30_000, 3)
    assert pooled(sales, "transfer_rate") == (1, 3)
    care = line(answer, "Care")
    assert value(care, "received") == 0
    assert value(care, "presented") == 1
    assert pooled(care, "asa") == (10_000, 1)
    assert pooled(care, "aht") == (180_000, 1)
    mail = line(answer, "Mail")
    assert value(mail, "spam") == 1
    assert pooled(mail, "service_level") == (1, 1)
    assert pooled(mail, "asa") == (3 * 3_600_000, 1)
    assert pooled(mail, "aht") == (600_000, 1)
    every = line(answer, None)
    assert value(every, "received") == 6
    assert pooled(every, "service_level") == (4, 6)
    assert value(every, "occupancy") is None
    assert answer["report"]["refused"] == {}


def test_intervals_are_of_the_mappings_own_clock(told: Any) -> None:
    answer = told(logs.GENERIC, "generic_csv", "--by", "hour")
    hours = [
        one
        for one in answer["lines"]
        if one["queue"] == "Sales" and one["to_ms"] - one["from_ms"] == 3_600_000
    ]
    # 9 and 10 o'clock of the first day in Paris, 9 o'clock of the second.
    assert [(one["from_ms"] - 1_767_600_000_000) // 3_600_000 for one in hours] == [0, 1, 24]
    assert [value(one["figures"], "received") for one in hours] == [3, 1, 1]
    whole = next(one for one in answer["lines"] if one["queue"] == "Sales")
    assert value(whole["figures"], "received") == 5
    quarter = told(logs.GENERIC, "generic_csv", "--by", "15min")
    first = [
        one
        for one in quarter["lines"]
        if one["queue"] == "Sales" and one["to_ms"] - one["from_ms"] == 900_000
    ]
    assert [value(one["figures"], "received") for one in first] == [3, 1, 1]


def test_asterisk_events_become_contacts(told: Any) -> None:
    answer = told(logs.QUEUE_LOG, "asterisk_queue_log", "--by", "none", name="queue_log")
    sales, care = line(answer, "sales"), line(answer, "care")
    assert (value(sales, "received"), value(sales, "answered")) == (3, 1)
    assert pooled(sales, "abandonment") == (1, 2)
    assert pooled(sales, "asa") == (12_000, 1)
    assert pooled(sales, "aht") == (60_000, 1)
    # The one that timed out went on to the next queue: its answer is owed there.
    assert (value(care, "received"), value(care, "presented"), value(care, "answered")) == (0, 1, 1)
    assert pooled(care, "asa") == (10_000, 1)
    assert answer["report"]["refused"] == {
        "no_beginning": 1,
        "no_end": 1,
        "unknown_event": 1,
        "unreadable": 1,
    }
    assert [one["row"] for one in answer["report"]["first_refused"]] == [14, 15, 16, 13]


def test_amazon_connect_records(told: Any) -> None:
    answer = told(logs.AMAZON, "amazon_connect", "--by", "none", name="records.jsonl")
    sales, care = line(answer, "Sales"), line(answer, "Care")
    assert (value(sales, "received"), value(sales, "answered"), value(care, "answered")) == (2, 1, 1)
    assert pooled(sales, "asa") == (30_000, 1)
    assert pooled(sales, "aht") == (140_000, 1)
    assert pooled(sales, "aht_wrap") == (20_000, 1)
    assert answer["report"]["left_out"] == 2
    assert answer["report"]["repeated"] == 1


def test_a_genesys_export(told: Any) -> None:
    answer = told(logs.GENESYS, "genesys_cloud", "--by", "none")
    sales = line(answer, "Sales")
    assert (value(sales, "received"), value(sales, "answered")) == (2, 1)
    assert pooled(sales, "asa") == (15_000, 1)
    assert pooled(sales, "aht") == (120_000, 1)
    assert value(sales, "longest_wait") == 42_000


def test_zendesk_tickets(told: Any) -> None:
    answer = told(logs.ZENDESK, "zendesk_tickets", "--by", "none", name="tickets.jsonl")
    group = line(answer, "7")
    assert (value(group, "received"), value(group, "answered"), value(group, "backlog")) == (2, 1, 1)
    assert pooled(group, "asa") == (90 * 60_000, 1)
    # The one without a reply came by the web form, whose target of a day is not over.
    assert pooled(group, "service_level") == (1, 1)
    assert value(line(answer, "8"), "answered") == 1


def test_the_research_log(told: Any) -> None:
    """Counted from its columns by awk: outcome, q_start, q_time, ser_time."""
    if BANK is None:
        pytest.skip("the research log is not here: shared/data/anonymous_bank")
    answer = told(BANK, "anonymous_bank", "--by", "day")
    whole = answer["lines"][0]["figures"]
    assert answer["report"]["rows"] == 17_456
    assert answer["report"]["left_out"] == 143 + 1_023
    assert value(whole, "answered") == 14_405
    assert pooled(whole, "abandonment_all") == (1_885, 16_290)
    assert value(whole, "short_abandons") == 130
    assert pooled(whole, "asa") == (495_609_000, 14_405)
    assert pooled(whole, "service_level_answered") == (9_163, 14_405)
    assert value(whole, "aht") == pytest.approx(166_856, abs=1)
    days = [one["figures"] for one in answer["lines"] if one["queue"] is None][1:]
    # The last call of the fourteenth day ended after midnight.
    assert [value(one, "received") > 0 for one in days] == [True] * 14 + [False]
    assert sum(value(one, "received") for one in days) == 16_290
