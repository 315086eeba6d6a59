"""The page on which a customer sees the hour they were promised, moves it or cancels it."""
