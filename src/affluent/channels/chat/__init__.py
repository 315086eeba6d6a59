"""Chat: the protocol of the widget on the customer's site."""
