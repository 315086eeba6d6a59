"""The same small model in general simulators, where they are installed: `pip install affluent[bench]`."""

import random
import time
from importlib import import_module
from importlib.util import find_spec
from typing import Any

AGENTS, PER_MINUTE, HANDLING, PATIENCE = 50, 48.0, 1.0, 2.0


def simpy_contacts_per_s(contacts: int) -> float | None:
    """One line of fifty agents with abandonment in SimPy; None where it is not installed."""
    if find_spec("simpy") is None:
        return None
    simpy: Any = import_module("simpy")
    draws = random.Random(1)
    environment = simpy.Environment()
    agents = simpy.Resource(environment, AGENTS)

    def call() -> Any:
        with agents.request() as asked:
            found = yield asked | environment.timeout(draws.expovariate(1 / PATIENCE))
            if asked in found:
                yield environment.timeout(draws.expovariate(1 / HANDLING))

    def arrivals() -> Any:
        for _ in range(contacts):
            yield environment.timeout(draws.expovariate(PER_MINUTE))
            environment.process(call())

    began = time.process_time()
    environment.process(arrivals())
    environment.run()
    return contacts / (time.process_time() - began)


def ciw_contacts_per_s(contacts: int) -> float | None:
    """The same in Ciw, as its reneging customers."""
    if find_spec("ciw") is None:
        return None
    ciw: Any = import_module("ciw")
    laws: Any = ciw.dists
    network = ciw.create_network(
        arrival_distributions=[laws.Exponential(PER_MINUTE)],
        service_distributions=[laws.Exponential(1 / HANDLING)],
        number_of_servers=[AGENTS],
        reneging_time_distributions=[laws.Exponential(1 / PATIENCE)],
    )
    ciw.seed(1)
    simulation = ciw.Simulation(network)
    began = time.process_time()
    simulation.simulate_until_max_time(contacts / PER_MINUTE)
    return contacts / (time.process_time() - began)
