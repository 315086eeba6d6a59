"""History in: the log of another system as the stays and facts that live contacts have."""
