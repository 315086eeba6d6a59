"""What is looked at in a running Asterisk, by what it takes to look."""
