"""Scenarios run: days lived by the loop, and what they come to as indicators."""
