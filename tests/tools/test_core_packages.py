"""What the product imports is installed with it: nothing of it stands on a package that only the checks need."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _imported() -> dict[str, str]:
    """Each package that a file of the product imports, with one such file."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            found |= {name.split(".")[0]: str(file.relative_to(ROOT)) for name in names}
    return {name: file for name, file in found.items() if name not in {"affluent", *sys.stdlib_module_names}}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_that_the_product_imports_is_in_the_core_lock() -> None:
    locked = {
        _plain(line.split("==")[0])
        for line in (ROOT / "requirements/core.lock").read_text(encoding="utf-8").splitlines()
        if re.match(r"[A-Za-z0-9][\w.-]*==", line)
    }
    # Those of an extra for users: whoever misses one is told its name when it is needed.
    extras: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]["optional-dependencies"]
    locked |= {
        _plain(re.split(r"[^\w.-]", one)[0])
        for extra, packages in extras.items()
        if extra not in {"dev", "build"}
        for one in packages
    }
    providers = packages_distributions()
    missing = {
        name: file
        for name, file in _imported().items()
        if not any(_plain(one) in locked for one in providers.get(name, [name]))
    }
    assert missing == {}
