"""A recorded day lived again under other rules: customers and agents do what they did, as far as that is known."""
