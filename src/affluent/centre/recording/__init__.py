"""Recordings of calls: who agreed to them, what is kept, and for how long."""
