"""Run uv with the package registry that this machine's pip is set up for.

uv reads neither pip's files nor its variables. Where uv has a setting of its own, that one holds.
"""

import os
import subprocess
import sys
from pathlib import Path

# pip's setting -> uv's variable, and what separates several values there.
KNOWN = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "cert": ("SSL_CERT_FILE", ""),
    "default-timeout": ("UV_HTTP_TIMEOUT", ""),
    "timeout": ("UV_HTTP_TIMEOUT", ""),
}


def from_pip() -> dict[str, str]:
    """The variables for uv that say what pip's configuration says."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout.splitlines()
    settings: dict[str, str] = {}
    # The environment has the last word, as it has for pip.
    for line in sorted(listed, key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        uv_name, separator = KNOWN.get(name.rpartition(".")[2], ("", ""))
        values = value.strip().strip("'\"").replace("\\n", " ").split()
        if uv_name and values:
            settings[uv_name] = separator.join(values) if separator else values[0]
    if "UV_INDEX" in settings:
        # pip takes the best version of all registries, whichever is named first; hashes keep that safe.
        settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return settings


if __name__ == "__main__":
    uv = str(Path(sys.executable).with_name("uv"))
    os.execve(uv, [uv, *sys.argv[1:]], {**from_pip(), **os.environ})  # noqa: S606 - no shell is wanted
