"""Journeys use the same application as the API's tests."""

from tests.api.conftest import app, client, engine, relay, settings

__all__ = ["app", "client", "engine", "relay", "settings"]
