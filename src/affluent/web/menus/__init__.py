"""The API of voice menus: kept, checked, tried, published; their recordings."""

from affluent.web.menus import counts, recordings, routes, trying

ROUTERS = (trying.router, counts.router, recordings.router, routes.router)
"""To be included in the application."""
