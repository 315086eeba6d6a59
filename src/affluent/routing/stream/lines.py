"""One answer as one line of JSON."""

import json
from typing import Any


def written(answer: dict[str, Any]) -> str:
    """Keys in the order in which they were put; letters as they are."""
    return json.dumps(answer, ensure_ascii=False)
