"""The API of the agent's desk."""

from affluent.web.desk import routes, stream

ROUTERS = (routes.router, stream.router)
"""To be included in the application."""
