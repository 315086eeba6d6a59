"""The API of the agent's desk."""

from affluent.web.desk import (
    consulting,
    contacts,
    explaining,
    exporting,
    jobs,
    notices,
    routes,
    saved_views,
    stream,
    templates,
    together,
)

ROUTERS = (
    contacts.router,
    saved_views.router,
    routes.router,
    stream.router,
    together.router,
    consulting.router,
    jobs.router,
    notices.router,
    templates.router,
    exporting.router,
    explaining.router,
)
"""To be included in the application."""
