"""What many customers write about at once."""
