"""`affluent demo`: a small centre with two brands, alive at the first sign-in, and its customers' side."""
