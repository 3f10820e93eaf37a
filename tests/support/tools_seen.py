"""What other tools were seen to count: tests/golden/tools.toml."""

import tomllib
from typing import Any

from support.project import ROOT

SEEN: dict[str, Any] = tomllib.loads(
    (ROOT / "tests" / "golden" / "tools.toml").read_text(encoding="utf-8")
)
