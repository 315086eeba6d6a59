"""The API of the agent's desk."""
