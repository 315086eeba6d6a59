"""Three weeks of history, lived through by the centre's own use cases on a clock that runs fast."""
