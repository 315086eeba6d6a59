"""The API of calls: how the call of a contact stands, and what its agent does with it."""

from affluent.web.calls import outbound, quality, recordings, routes

ROUTERS = (routes.router, quality.router, recordings.router, outbound.router)
"""To be included in the application."""
