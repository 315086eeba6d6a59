"""Calls between browsers whose sound passes through the centre: prompts, music, recordings, ears.

Needs the extra `relay` (`pip install affluent[relay]`).
"""
