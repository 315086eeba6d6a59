"""What other systems' logs become in the database, and how it is undone."""
