"""HTTP without TLS, to servers of this machine: reading the system's certificates costs ten times what a request does."""

import ssl

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody. `verify=PLAIN` goes with every `httpx` call of its own that a test makes."""
