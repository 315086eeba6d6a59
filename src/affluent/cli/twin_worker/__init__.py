"""The process beside the server that works off what the twin is asked."""
