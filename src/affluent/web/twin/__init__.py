"""The API of the twin: scenarios kept, runs asked for, watched and read."""

from affluent.web.twin import runs, scenarios

ROUTERS = (scenarios.router, runs.router)
"""To be included in the application."""
