"""How often one address may ask: a moving window in memory, per process."""

import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from market.kernel.errors import TooManyAttempts
from market.kernel.settings import Settings


class RateLimiter:
    """Counts requests per client address; sign-in has a tighter limit of its own."""

    def __init__(self, settings: Settings) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._general: RateLimitItem = parse(settings.rate_limit)
        self._sign_in: RateLimitItem = parse(settings.sign_in_rate_limit)

    def check(self, client: str) -> None:
        """Count one request; raises `TooManyAttempts` with the seconds to wait."""
        self._check(self._general, client, "rate_limited", "请求过于频繁,请稍后再试。")

    def check_sign_in(self, client: str) -> None:
        """Count one attempt to sign in."""
        self._check(self._sign_in, f"sign-in:{client}", "sign_in_rate_limited", "登录尝试过于频繁,请稍后再试。")

    def _check(self, item: RateLimitItem, key: str, code: str, detail: str) -> None:
        if not self._window.hit(item, key):
            reset_at, _ = self._window.get_window_stats(item, key)
            raise TooManyAttempts(code, detail, max(1, int(reset_at - time.time()) + 1))
