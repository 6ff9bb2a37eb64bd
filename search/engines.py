"""Which engine the settings ask for."""

from market.kernel.settings import Settings
from search.engine import SearchEngine
from search.tantivy_engine import TantivyEngine


def open_engine(settings: Settings, *, writable: bool = True) -> SearchEngine:
    """The engine of these settings; nothing is opened before its first use. `writable=False`: for a process that only searches."""
    if settings.search_url:
        raise ValueError("TECHMARKET_SEARCH_URL is set, but this version has the embedded engine only: leave it empty")
    return TantivyEngine(settings.index_dir, writable=writable)
