"""A small day for tests of the twin's studio."""

DAY = """
version: 1
name: Small
starts: 9h
periods: {each: 1h, count: 2}
policy:
  version: 1
  media: {voice: {units: 60}}
  skills: [help]
  queues:
    calls: {medium: voice, target: 20s, skills: {help: 1}}
groups:
  all: {agents: 2, skills: {help: 1}, limits: {voice: 1}}
classes:
  calls: {queue: calls, arrivals: 20/h, handling: {exponential: 3m}, patience: {exponential: 2m}}
"""
MORE = DAY.replace("name: Small", "name: One more").replace("agents: 2", "agents: 3")
WORTH = """
version: 1
hour: 24
classes: {calls: {value: 6, loss: 4}}
"""
