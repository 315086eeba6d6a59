"""Doors: one folder a channel. A channel translates; it knows no other channel."""
