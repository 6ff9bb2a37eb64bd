"""Settings: environment variables `TECHMARKET_*`, each documented in docs/settings.md."""

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url


class Settings(BaseSettings):
    """What differs between places where techmarket runs."""

    model_config = SettingsConfigDict(env_prefix="TECHMARKET_", extra="ignore")

    data_dir: Path = Field(default=Path("data"), description="Folder of the embedded database and the embedded index.")
    database_url: str = Field(
        default="", description="`sqlite:///…` or `postgresql+psycopg://…`; empty: `DATA_DIR/market.db`."
    )
    database_password_file: Path | None = Field(
        default=None, description="File holding the password that DATABASE_URL leaves out."
    )
    database_replica_url: str = Field(
        default="",
        description="A read replica for searches and boards, same password file; empty: the primary answers.",
    )
    statement_timeout_ms: int = Field(default=15_000, ge=100, description="PostgreSQL ends a statement after so long.")
    lock_timeout_ms: int = Field(default=5_000, ge=100, description="Nobody waits longer for a row in use.")
    search_url: str = Field(
        default="",
        description="Elasticsearch: `https://a:9200,https://b:9200`, one or several nodes; empty: the embedded engine in `DATA_DIR/index`.",
    )
    search_index: str = Field(
        default="techmarket",
        pattern=r"^[a-z][a-z0-9_-]{0,63}$",
        description="Name of the alias in Elasticsearch; the indices behind it are numbered.",
    )
    search_username: str = Field(default="", description="Sign-in to Elasticsearch by name and password.")
    search_password_file: Path | None = Field(default=None, description="File holding the password of SEARCH_USERNAME.")
    search_api_key_file: Path | None = Field(
        default=None, description="File holding an API key of Elasticsearch, instead of name and password."
    )
    search_ca_file: Path | None = Field(
        default=None, description="File with the certificate authority that signed the nodes' certificates."
    )
    search_timeout_ms: int = Field(
        default=2_000, ge=50, le=60_000, description="A search waits no longer for Elasticsearch; then SQL answers."
    )
    search_shards: int = Field(default=1, ge=1, le=256, description="Primary shards of the next index that is built.")
    search_replicas: str = Field(
        default="0-1",
        pattern=r"^\d{1,2}(-(\d{1,2}|all))?$",
        description="Copies of each shard: a number, or a range that follows the number of nodes.",
    )
    model_dir: Path | None = Field(
        default=None, description="Folder of embedding models, shared by all data folders; empty: in the user's cache."
    )
    embedding_threads: int = Field(
        default=1, ge=1, le=64, description="Texts that the local model works on side by side, in each process."
    )
    embedding_url: str = Field(
        default="",
        description="An OpenAI-style endpoint, `https://host/v1`, instead of the local model; texts of listings that members may read are sent there.",
    )
    embedding_model: str = Field(default="", max_length=40, description="Name of the model at EMBEDDING_URL.")
    embedding_dimensions: int = Field(
        default=512, ge=1, le=4_096, description="Length of the vectors that EMBEDDING_URL gives."
    )
    embedding_need_prompt: str = Field(
        default="", description="What the model at EMBEDDING_URL wants to read in front of a need."
    )
    embedding_key_file: Path | None = Field(default=None, description="File holding the key for EMBEDDING_URL.")
    embedding_timeout_ms: int = Field(
        default=20_000,
        ge=100,
        le=300_000,
        description="A call to EMBEDDING_URL waits no longer; then it is repeated later.",
    )
    training_decisions: int = Field(
        default=200,
        ge=20,
        description="`train --decisions` changes nothing before people have decided about so many pairs.",
    )
    pool_size: int = Field(
        default=20, ge=1, le=200, description="Database connections of each process; a few more for background work."
    )
    threads: int = Field(
        default=20, ge=1, le=200, description="Request handlers that run side by side; not above POOL_SIZE."
    )
    workers: int = Field(default=1, ge=1, le=64, description="Processes that serve; `serve --workers` goes before.")
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses or networks of proxies whose X-Forwarded-For is believed, comma separated.",
    )
    session_hours: int = Field(default=12, ge=1, le=720, description="How long a sign-in lasts at most.")
    session_idle_minutes: int = Field(default=120, ge=1, description="A sign-in that is not used for so long ends.")
    max_body_bytes: int = Field(default=2_000_000, ge=1_000, description="Larger request bodies are refused with 413.")
    requests_per_minute: int = Field(default=1200, ge=1, description="Requests per client address.")
    sign_ins_per_minute: int = Field(default=10, ge=1, description="Sign-in attempts per client address.")
    lexicon_dir: Path | None = Field(
        default=None, description="Folder of a region's own lexicon files (`*.csv`), added to the shipped ones."
    )
    relay_in_process: bool = Field(
        default=True, description="Whether `serve` also relays the outbox and runs the daily duties."
    )
    secure_cookies: bool = Field(
        default=False, description="Set to true behind HTTPS: cookies are then sent over HTTPS only."
    )
    log_level: str = Field(default="INFO", description="Level of the log on standard error.")

    @property
    def effective_database_url(self) -> str:
        """The URL to connect with, its password filled in from the file where one is named."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / 'market.db'}"
        return self._with_password(self.database_url)

    @property
    def effective_replica_url(self) -> str:
        """The same for the read replica; empty without one."""
        return self._with_password(self.database_replica_url) if self.database_replica_url else ""

    def _with_password(self, url: str) -> str:
        if self.database_password_file is None:
            return url
        password = self.database_password_file.read_text(encoding="utf-8").strip()
        return make_url(url).set(password=password).render_as_string(hide_password=False)

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def effective_model_dir(self) -> Path:
        """MODEL_DIR, or a folder in the user's cache, where every clone and every data folder finds it."""
        if self.model_dir is not None:
            return self.model_dir
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(cache) / "techmarket" / "models"
