"""The command `affluent`."""
