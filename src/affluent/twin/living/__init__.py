"""The loop of the twin: people around the engine, compiled with it."""
