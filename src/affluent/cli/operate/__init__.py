"""Keeping a centre alive: doctor, backup, restore."""
