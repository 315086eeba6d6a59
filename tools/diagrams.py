"""Draw the transition tables: docs/reference/states.md, from affluent.facts.states.

`--check` writes nothing and fails when the page is not what the tables say.
"""

import sys
from collections import defaultdict
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from affluent.facts.states import AGENT, CONTACT, ENDED, AgentState, ContactState

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "states.md"

INTRODUCTION = """\
# States

`make diagrams` writes this page from `src/affluent/facts/states.py`, and a test holds the two equal.
An arrow is a legal move, labelled with the facts that make it. What has no arrow is refused.
"""

State = TypeVar("State", bound=StrEnum)


def diagram(table: Mapping[tuple[State, type], State], start: State, ends: Collection[State]) -> str:
    """A Mermaid diagram of all moves of `table` between different states, from `start` to `ends`."""
    moves: dict[tuple[State, State], list[str]] = defaultdict(list)
    for (state, fact), following in table.items():
        if state != following:
            moves[state, following].append(fact.__name__)
    lines = ["stateDiagram-v2", f"    [*] --> {start.value}"]
    # In the order in which the states are declared: tables built from sets have none of their own.
    order = {state: rank for rank, state in enumerate(type(start))}
    ordered = sorted(moves.items(), key=lambda move: (order[move[0][0]], order[move[0][1]]))
    lines += [f"    {a.value} --> {b.value}: {', '.join(sorted(facts))}" for (a, b), facts in ordered]
    lines += [f"    {state.value} --> [*]" for state in type(start) if state in ends]
    return "\n".join(["```mermaid", *lines, "```"])


def standing(table: Mapping[tuple[State, type], State]) -> str:
    """The facts that are legal and change no state, by fact, as a Markdown table."""
    states: dict[str, list[State]] = defaultdict(list)
    for (state, fact), following in table.items():
        if state == following:
            states[fact.__name__].append(state)
    rows = [
        f"| {name} | {', '.join(state.value for state in type(found[0]) if state in found)} |"
        for name, found in sorted(states.items())
    ]
    return "\n".join(["| fact | legal while |", "|---|---|", *rows])


def page() -> str:
    """The whole page: for each table its diagram, and the facts that leave the state as it is."""
    parts = [INTRODUCTION]
    parts += ["## Contact\n", diagram(CONTACT, ContactState.NEW, ENDED), "\nWithout a change of state:\n"]
    parts += [standing(CONTACT), "\n## Agent\n", diagram(AGENT, AgentState.OFFLINE, ())]
    parts += ["\nWithout a change of state:\n", standing(AGENT)]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page():
            sys.exit("docs/reference/states.md is not what the tables say: run `make diagrams`")
    else:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(), encoding="utf-8")
