"""Asterisk 20 and 22 by their ARI: one WebSocket for events, and for commands where the version takes them there."""
