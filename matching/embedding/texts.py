"""What of a listing is embedded: only what every signed-in member may read. The model cuts it to its longest input."""

import hashlib

from market.kernel.outbox import Subject
from matching.profiles import AchievementProfile, NeedProfile

VERSION = "t1"
"""Raise it when these functions give another text for the same listing: then everything is embedded anew."""


def need_text(profile: NeedProfile) -> str:
    """Title and what is asked for. The background stays out: a company that makes wine is not looking for wine."""
    return _joined(profile.title, profile.asked)


def achievement_text(profile: AchievementProfile) -> str:
    """Title and body."""
    return _joined(profile.title, profile.body)


def text_hash(subject: Subject, text: str) -> bytes:
    """SHA-256 of what the model reads: equal for equal texts of the same kind of listing, for only needs are asked with a prompt."""
    return hashlib.sha256(f"{subject}\n{text}".encode()).digest()


def _joined(title: str, body: str) -> str:
    return f"{title}\n{body}" if body else title
