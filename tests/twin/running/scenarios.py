"""Scenarios to try the twin on."""

from affluent.twin.scenario import Scenario, read_scenario

FULL = """version: 1
name: All there is
periods: [20m, 20m, 20m]
busyness: 20
policy:
  version: 1
  media:
    voice: {units: 60, interrupts: [email]}
    chat: {units: 20}
    email: {units: 12}
  skills: [billing, french]
  queues:
    calls:
      medium: voice
      target: 20s
      skills: {billing: {required: 2, floor: 1, relax_after: 20s}}
      overflow: {queue: sales, after: 90s}
      max_length: 6
    sales: {medium: voice, target: 30s, tier: 1, max_length: 9, overflow: {}, tier_steps: [{tier: 5, share: 200}]}
    callbacks: {medium: voice, target: 20s}
    chats: {medium: chat, target: 40s, skills: {french: {preferred: 1, relax_after: 10s}}}
    letters: {medium: email, target: 4h}
  agent_reserves:
  - {medium: voice, queues: [sales], agents: 1}
  segments:
    gold: {tier: 4, target: 10s, skills: {french: 1}}
groups:
  experts:
    agents: [4, 6, 3]
    skills: {billing: 3, french: 2}
    limits: {voice: 1, chat: 3, email: 2}
    breaks: [{at: 10m, lasts: 4m, agents: 2}]
  novices:
    agents: [3, 2, 4]
    skills: {billing: 1}
    limits: {voice: 1, chat: 2}
PICK_UP
classes:
  billing:
    queue: calls
    motive: invoice
    arrivals: [3/m, 4/m, 2/m]
    handling: [{lognormal: 2m, cv: 0.8}, {gamma: 2m, shape: 0.7}, {weibull: 2m, shape: 1.5}]
    handling_by_group: {novices: {exponential: 3m}}
    wrap_up: {uniform: [0s, 40s]}
    patience: {mixture: [{share: 0.1, always: 3s}, {share: 0.9, exponential: 90s}]}
    retry: {share: 0.5, after: {exponential: 2m}}
    again: {share: 0.2, after: {exponential: 5m}, as: chatter}
    onward: [{as: buyer, share: 0.2}]
    self_care: {lasts: {empirical: [2s, 10s, 30s]}, served: 0.2, left: 0.05}
  gold:
    queue: calls
    segment: gold
    arrivals: 1/m
    handling: {exponential: 2m}
    patience: {exponential: 2m}
    callback: {after: 25s, share: 0.7, queue: callbacks}
  buyer: {queue: sales, arrivals: 30/h, handling: {quantiles: [10s, 1m, 5m]}, patience: {exponential: 80s}}
  chatter:
    queue: chats
    busyness: 9
    arrivals: 2/m
    handling: {hyperexponential: [{share: 0.4, mean: 1m}, {share: 0.6, mean: 5m}]}
    patience: {exponential: 3m}
  mail: {queue: letters, arrivals: 40/h, handling: {gamma: 3m, shape: 2}, backlog: 8, backlog_age: {uniform: [0s, 2h]}}
"""


def full(*, rings: bool = False) -> Scenario:
    """Every key of a scenario. `rings`: offers are accepted after a while, or not in time."""
    told = "    pick_up: {mixture: [{share: 0.9, exponential: 4s}, {share: 0.1, always: 50s}]}"
    return read_scenario(FULL.replace("PICK_UP", told if rings else ""))


def plain(agents: int = 5, per_minute: float = 2.0) -> Scenario:
    """One line of two types and agents who are alike."""
    return read_scenario(f"""version: 1
periods: [1h]
policy:
  version: 1
  media: {{voice: {{units: 60}}}}
  queues: {{calls: {{medium: voice}}, sales: {{medium: voice, tier: 1}}}}
groups:
  team: {{agents: {agents}, limits: {{voice: 1}}}}
classes:
  calls: {{queue: calls, arrivals: {per_minute}/m, handling: {{exponential: 2m}}, patience: {{exponential: 1m}}}}
  sales: {{queue: sales, arrivals: 30/h, handling: {{exponential: 1m}}, patience: {{exponential: 2m}}}}
""")
