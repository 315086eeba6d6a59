"""A third reader of the rules: written from docs/reference alone, against `affluent route` as anyone may run it."""
