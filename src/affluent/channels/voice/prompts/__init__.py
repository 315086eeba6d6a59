"""Prompts as sound: recordings, shipped numbers and waits, and what is synthesised here, kept by digest."""
