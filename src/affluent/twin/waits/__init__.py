"""How long who waits will still wait: a range that holds as often as it says, or nothing.

docs/reference/waits.md says how it is found and how often it holds.
"""
