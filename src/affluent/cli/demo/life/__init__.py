"""Simulated customers and agents: a process of their own that knows the centre only by its doors."""
