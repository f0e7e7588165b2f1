"""A snapshot as the document whose SHA-256 a report carries."""

import hashlib
import json


def digest(snapshot) -> str:
    """The SHA-256 of a snapshot, in hexadecimal; the same for the same content in any order of keys."""
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def canonical(snapshot) -> bytes:
    """A snapshot as the JSON document that is hashed: UTF-8, keys in order, no spaces."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()
