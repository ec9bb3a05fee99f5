"""How an issued paper is kept: the SHA-256 of its contents, which anybody can compute again."""

import hashlib
import json
from typing import Any


def checksum(content: dict[str, Any], exempt: dict[str, Any] | None) -> str:
    """SHA-256 of the contents of both editions, as JSON in UTF-8 with sorted keys and no spaces."""
    said = json.dumps([content, exempt], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
