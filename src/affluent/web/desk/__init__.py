"""The API of the agent's desk."""

from affluent.web.desk import contacts, routes, stream

ROUTERS = (contacts.router, routes.router, stream.router)
"""To be included in the application."""
