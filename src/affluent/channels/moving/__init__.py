"""The page on which a customer answers the offer of another channel."""
