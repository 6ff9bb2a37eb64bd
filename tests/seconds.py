"""Seconds that stand still until a test moves them, for what measures time without a date: pauses, retries, rests."""


class Seconds:
    """Called, it tells the time; `sleep` moves it and keeps how long each pause was."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
