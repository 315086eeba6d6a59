"""The door outwards: events, sent to the addresses that integrators gave."""
