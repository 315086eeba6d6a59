"""The API of calls: how the call of a contact stands, and what its agent does with it."""

from affluent.web.calls import recordings, routes

ROUTERS = (routes.router, recordings.router)
"""To be included in the application."""
