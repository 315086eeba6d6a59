"""What the engine and its runner are measured by, at sizes of one's own choice: `affluent bench`.

The files in benchmarks/ call the same code.
"""
