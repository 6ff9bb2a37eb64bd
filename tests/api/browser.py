"""One person's browser, without the browser: a cookie, and forms that carry the proof our own pages put into them."""

from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from api.security import COOKIE, form_proof

HTML = {"Accept": "text/html"}


@dataclass
class Browser:
    """Without a token: a visitor's."""

    client: TestClient
    token: str

    def get(self, path: str) -> Response:
        return self.client.get(path, headers=HTML | self._cookie(), follow_redirects=False)

    def post(self, path: str, fields: dict[str, Any] | None = None, **headers: str) -> Response:
        data = {"proof": form_proof(self.token), **(fields or {})}
        return self.client.post(path, data=data, headers=HTML | self._cookie() | headers, follow_redirects=False)

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.token}"} if self.token else {}
