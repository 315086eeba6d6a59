"""Calls from browser to browser: a switch whose lines are browsers, which speak with each other directly."""
