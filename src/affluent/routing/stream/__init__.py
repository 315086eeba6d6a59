"""Events as lines of JSON, decisions as lines of JSON: what `affluent route` does, without reading or writing.

docs/reference/route.md is its contract.
"""

from affluent.routing.stream.session import Session

__all__ = ["Session"]
