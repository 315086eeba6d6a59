"""Runs of the twin: asked for, worked off beside the server, kept."""
