"""Policies as documents: one versioned YAML (or JSON) text with names, read with every problem and written back.

docs/reference/policy.md has the format in words.
"""

from affluent.routing.document.document import (
    PolicyDocument,
    grown,
    policy_of,
    read_agent,
    read_policy,
)
from affluent.routing.document.durations import read_duration_ms, write_duration
from affluent.routing.document.problems import DocumentError, DocumentProblem
from affluent.routing.document.schema import document_schema
from affluent.routing.document.writing import Naming, as_text, naming_of, write_policy, written_centre

__all__ = [
    "DocumentError",
    "DocumentProblem",
    "Naming",
    "PolicyDocument",
    "as_text",
    "document_schema",
    "grown",
    "naming_of",
    "policy_of",
    "read_agent",
    "read_duration_ms",
    "read_policy",
    "write_duration",
    "write_policy",
    "written_centre",
]
