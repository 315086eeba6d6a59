"""The twin: the centre's own days as data, and the people around the engine."""
