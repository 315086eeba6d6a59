"""Indicators as definitions over facts."""
