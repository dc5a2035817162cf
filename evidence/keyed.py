"""Names turned into codes with the case's own key: the same account is told again, but cannot be read out of the code.

The journal can never be rewritten, so what may have to be forgotten stands in it only like this. Whoever has the key and
a name can tell whether the journal means it; the key stays in the case folder and is in no pack.
"""

import hmac
import os
import secrets

from evidence.case import Case

FILE = "key"
"""In the case folder: 32 random bytes, readable by its owner alone."""


def keyed(case: Case, uid: str) -> str:
    """HMAC-SHA256 of an account uid in hex. The first use makes the key (the caller holds the writer lock)."""
    path = case.path / FILE
    if not path.exists():
        temporary = path.with_name(f".{FILE}.{os.getpid()}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(32))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    return hmac.new(path.read_bytes(), uid.encode(), "sha256").hexdigest()
