"""The supervisor's board: a live picture of the centre, and the levers."""

from affluent.web.board import acts, routes, stream, waits

ROUTERS = (routes.router, waits.router, acts.router, stream.router)
"""To be included in the application."""
