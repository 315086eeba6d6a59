"""Web forms whose fields the administrator defines."""
