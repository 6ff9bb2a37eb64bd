"""Settings: environment variables `TECHMARKET_*`, each documented in docs/settings.md."""

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
    search_url: str = Field(default="", description="Empty: the embedded engine in `DATA_DIR/index`.")
    pool_size: int = Field(
        default=20, ge=1, le=200, description="Database connections kept open; as many again on bursts."
    )
    threads: int = Field(
        default=20, ge=1, le=200, description="Request handlers that run side by side; not above POOL_SIZE."
    )
    session_hours: int = Field(default=12, ge=1, le=720, description="How long a sign-in lasts at most.")
    session_idle_minutes: int = Field(default=120, ge=1, description="A sign-in that is not used for so long ends.")
    max_body_bytes: int = Field(default=2_000_000, ge=1_000, description="Larger request bodies are refused with 413.")
    requests_per_minute: int = Field(default=1200, ge=1, description="Requests per client address.")
    sign_ins_per_minute: int = Field(default=10, ge=1, description="Sign-in attempts per client address.")
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
        if self.database_password_file is None:
            return self.database_url
        password = self.database_password_file.read_text(encoding="utf-8").strip()
        return make_url(self.database_url).set(password=password).render_as_string(hide_password=False)

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"
