"""The API of the agent's desk."""

from affluent.web.desk import contacts, routes, saved_views, stream

ROUTERS = (contacts.router, saved_views.router, routes.router, stream.router)
"""To be included in the application."""
