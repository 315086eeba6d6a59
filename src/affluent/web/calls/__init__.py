"""The API of calls: how the call of a contact stands, and what its agent does with it."""

from affluent.web.calls import outbound, recordings, routes

ROUTERS = (routes.router, recordings.router, outbound.router)
"""To be included in the application."""
