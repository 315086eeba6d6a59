"""The routing of a centre as one document: read, compared, written."""
