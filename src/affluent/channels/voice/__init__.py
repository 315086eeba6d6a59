"""The telephone: calls as contacts. `switch.py` is all that the rest knows of whoever carries the sound."""
