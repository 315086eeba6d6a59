"""Telephone calls: what they do to their contacts. What carries them is a channel's business."""
