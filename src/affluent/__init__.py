"""Affluent: an open-source, cross-channel contact centre."""
