"""Password hashes: Argon2id with the smaller of the two OWASP profiles.

19 MiB and two passes take about 30 ms on one core. The 64 MiB profile would let twenty sign-ins at once take more than a gigabyte.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str) -> str:
    """A salted hash in PHC string format; it names its own parameters."""
    return _HASHER.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Whether the password belongs to the hash; a damaged hash fits none."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made under other parameters and should be replaced at the next sign-in."""
    return _HASHER.check_needs_rehash(password_hash)


def verify_nothing(password: str) -> None:
    """The work of `verify_password` for a sign-in name that does not exist, so that the time taken tells nothing."""
    verify_password(_decoy(), password)


@cache
def _decoy() -> str:
    return hash_password("nobody has this password")
