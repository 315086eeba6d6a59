"""A telephone in Python, over SIP and UDP: for the demonstration's callers, the tests and the benchmarks."""
