"""The pages in Chinese, one module per desk; `PAGES` lists their routers. They call the same use-cases as the JSON API."""

import importlib
import importlib.util

_MODULES = (
    "api.pages.account",
    "api.pages.board",
    "api.pages.search",
    "api.pages.listings",
    "api.pages.matches",
    "api.pages.deals",
    "api.pages.contracts",
    "api.pages.registration",
    "api.pages.projects",
)

PAGES = tuple(importlib.import_module(name).router for name in _MODULES if importlib.util.find_spec(name))
