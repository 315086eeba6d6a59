"""The API of figures: what happened, by definition, with the contacts behind it."""

from affluent.web.figures import declines, routes

ROUTERS = (declines.router, routes.router)
"""To be included in the application."""
