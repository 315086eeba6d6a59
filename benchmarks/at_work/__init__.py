"""A centre at work for benchmarks: its server on a PostgreSQL of its own, its people at their desks in a second
process, and contacts that arrive at an even pace. What is measured stands in the benchmark that asks for it.
"""
