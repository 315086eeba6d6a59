"""HTTP API, event stream, sign-in; serves the pages."""
