"""The routing as one document, over HTTP."""
