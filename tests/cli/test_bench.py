"""`affluent bench router --json` prints every figure that is promised, at any size."""

import io
import json

from affluent.cli.bench.router import Sizes, run

SMALL = Sizes(
    agents=60,
    queues=60,
    waiting=500,
    skills=64,
    turns=20,
    runner_agents=20,
    rate=50,
    seconds=1,
    contacts=60,
    in_flight=16,
)


def test_every_figure_is_there() -> None:
    out = io.StringIO()
    run(SMALL, out, as_json=True)
    found = json.loads(out.getvalue())
    assert (found["agents"], found["queues"]) == (60, 60)
    assert found["waiting"] >= SMALL.waiting
    for name in ("decision_us", "decision_us_64_skills"):
        assert 0 < found[name]["p50"] <= found[name]["p99"] <= found[name]["max"]
    assert 0 < found["offer_ms"]["p50"] <= found["offer_ms"]["p99"]
    for name in ("memory_mb", "rebuild_s", "lifecycles_per_s"):
        assert found[name] > 0, name
