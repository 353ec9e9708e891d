"""Keys for tests that need some, and not those of a folder."""

from __future__ import annotations

from cryptography.fernet import Fernet, MultiFernet

from bot.storage.database.keys import Keys

_RING = MultiFernet([Fernet(Fernet.generate_key())])
KEYS = Keys(hash_key=b"a key that is only for tests....", ring=lambda: _RING)
