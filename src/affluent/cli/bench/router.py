"""`affluent bench router`: the engine and its runner at once, under the names of the figures that are promised."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

from affluent.cli.bench import decisions, lifecycles, rebuild
from affluent.routing import warm_up


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a centre, and how long to look at it."""

    agents: int = 7_500
    queues: int = 5_000
    waiting: int = 500_000
    skills: int = 64
    turns: int = 5_000
    runner_agents: int = 1_000
    rate: int = 200
    seconds: int = 15
    contacts: int = 10_000
    in_flight: int = 256


def measure(sizes: Sizes, told: Callable[[str], None]) -> dict[str, Any]:
    """All figures; `told` hears of each as it is found."""
    warm_up(told)
    size = {name: getattr(sizes, name) for name in decisions.SIZES}
    few = decisions.measure(size, 8, told)
    all_ = decisions.measure(size, sizes.skills, told)
    found: dict[str, Any] = {
        "agents": sizes.agents,
        "queues": sizes.queues,
        "waiting": few["waiting"],
        "decision_us": few["decision_us"],
        f"decision_us_{sizes.skills}_skills": all_["decision_us"],
        "queue_change_ms": all_["queue_change_ms"],
        "memory_mb": decisions.memory_mb(),
    }
    rebuilt = rebuild.measure(
        agents=sizes.agents, queues=sizes.queues, skills=sizes.skills, waiting=sizes.waiting
    )
    told(f"rebuilt from the database in {rebuilt.took_s:.1f} s, with {rebuilt.peak_mb} MB at most")
    lives = lifecycles.measure(
        sizes.runner_agents, sizes.contacts, sizes.in_flight, sizes.rate, sizes.seconds
    )
    told(f"the runner: {lives}")
    return {
        **found,
        "rebuild_s": round(rebuilt.took_s, 1),
        "memory_with_rebuild_mb": rebuilt.peak_mb,
        "offer_ms": lives["offer_ms"],
        "lifecycles_per_s": lives["lifecycles_per_s"],
        "cpu_ms_per_lifecycle": {
            "process": lives["process_cpu_ms_each"],
            "postgres": lives["postgres_cpu_ms_each"],
        },
        "load_average": lives["load_average"],
    }


def run(sizes: Sizes, out: TextIO, *, as_json: bool) -> None:
    """Prints the figures: one JSON object, or as they are found."""
    found = measure(sizes, (lambda line: None) if as_json else lambda line: print(line, file=out, flush=True))
    if as_json:
        print(json.dumps(found), file=out)
        return
    for name, value in found.items():
        print(f"{name:<24}{value}", file=out)
