"""From what was to what would be: the laws behind a history, and the scenario that they make.

docs/reference/fit.md says how each is found and how sure it is.
"""
