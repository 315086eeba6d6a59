"""From the commit of an offer to its arrival in the agent's browser: 200 agents at their desks, 50 contacts a second.

Method: one server process (`affluent serve` on a PostgreSQL of its own) and one process of clients, on one machine
over loopback HTTP. Every agent is signed in with an event stream open, accepts each offer and closes the contact a
moment later, over HTTP. Contacts are mails handed in at the runner of the server at an even pace, so that what is
measured is the centre and not a mail parser. `latency` is the wall clock in the client when the `desk` event that
first holds the offer has been read, minus `offered_ms`: the instant of the transaction that wrote it. It therefore
also contains that transaction and its commit. The clients' own work is on the same processors.

Wall clocks lie on a busy machine; counts do not. So beside the latencies stand the processor time that each part
spent per contact (its offer, acceptance and close, with all that the desks read and are told), how often the server
asked the database, and how loaded the machine was.
"""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.at_work.browsers import Browsers, Desk
from benchmarks.at_work.centre import centre_at_work
from benchmarks.at_work.figures import asked_for, is_the_browsers, processor_s, show, spread


async def clients(arguments: argparse.Namespace) -> None:
    """All browsers; prints the latencies as JSON."""
    found: list[float] = []
    async with Browsers(arguments.port) as browsers:
        for token in Path(arguments.tokens).read_text().split():
            browsers.watch(Desk(await browsers.client(), token, found).watch)
        await browsers.all_ready()
        await asyncio.sleep(arguments.seconds + 4)
        print(json.dumps(found), flush=True)


def measure(arguments: argparse.Namespace) -> tuple[list[float], dict[str, float]]:
    """The latencies, and what each contact cost."""
    with centre_at_work(arguments, __file__) as work:
        before = {name: processor_s(process) for name, process in work.parts.items()}
        work.go()
        found = json.loads(work.browsers.stdout.readline())
        contacts = arguments.rate * arguments.seconds
        each = {
            f"{name}_cpu_ms": round((processor_s(process) - before[name]) * 1000 / contacts, 2)
            for name, process in work.parts.items()
        }
        asked = work.done()
    return found, each | {f"{name}_statements": round(asked[name] / contacts, 2) for name in asked}


def main() -> None:
    arguments = asked_for(__doc__, port=18_765)
    if is_the_browsers(arguments, clients):
        return
    latencies, each = measure(arguments)
    figures = {
        "agents": arguments.agents, "contacts_a_second": arguments.rate, "seconds": arguments.seconds,
        "sent": arguments.rate * arguments.seconds, "offers_seen": len(latencies),
        **spread(latencies, "offer"), "processors": os.cpu_count(), "target_p99_ms": 100,
        "load_average": round(os.getloadavg()[0], 1), **{f"{name}_each": value for name, value in each.items()},
    }  # fmt: skip
    show("From commit to the agent's screen", figures, as_json=arguments.json)


if __name__ == "__main__":
    main()
