"""Calls that an agent makes: what the law forbids is not done, and what is done can be proved."""
