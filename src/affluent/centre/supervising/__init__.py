"""What a supervisor sees and pulls."""
