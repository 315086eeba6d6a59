"""What users of other products suffer from, at the level where they feel it. docs/reference/pains.md names them all."""
