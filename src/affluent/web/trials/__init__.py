"""The API of rules on trial: what is tried, on whom, what it does, and what was decided."""

from affluent.web.trials import routes

ROUTERS = (routes.router,)
"""To be included in the application."""
