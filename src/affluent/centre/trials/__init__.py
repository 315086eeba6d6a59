"""Rules on trial: one rule against another on the centre's own contacts."""
