"""The life of calls, whatever carries them: between a switch, which knows no contacts, and the centre."""
