"""The API of the agent's desk."""

from affluent.web.desk import contacts, jobs, notices, routes, saved_views, stream, together

ROUTERS = (
    contacts.router,
    saved_views.router,
    routes.router,
    stream.router,
    together.router,
    jobs.router,
    notices.router,
)
"""To be included in the application."""
