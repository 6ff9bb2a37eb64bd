"""Serving with one or several processes behind one port.

The listening socket is opened once and handed to every process, so that what waits in its queue is lost with none of them; uvicorn's
supervisor replaces a process that has died or hangs. The processes share the database and nothing else: see
docs/decisions/0016-processes-and-databases.md.
"""

import logging
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api.commands.terminal import settings as settings_from_environment
from api.long_lived import spare_long_lived
from api.metrics import FOLDER_VARIABLE
from market.kernel.settings import Settings

log = logging.getLogger("techmarket.serving")

_APPLICATION = "api.serving:application"
_GRACE_SECONDS = 20
_HANGS_AFTER_SECONDS = 20
_BACKLOG = 2048


def application() -> FastAPI:
    """What each of several processes runs; its settings come from the environment, which it inherits."""
    # The supervisor, which imports this module too, has no use for them.
    from api import undisturbed  # noqa: PLC0415

    undisturbed.begin()
    from api.app import create_app  # noqa: PLC0415

    undisturbed.end()
    settings = settings_from_environment()
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    spare_long_lived()
    return create_app(settings)


def serve(settings: Settings, host: str, port: int, *, reuse_port: bool) -> int:
    """Serve with `settings.workers` processes until SIGTERM or Ctrl-C, letting requests in flight finish; returns the exit code.

    With `reuse_port` another `serve` may listen on the same port; the kernel shares new connections out between them.
    Raises `OSError` where the port cannot be had.
    """
    with _listening(host, port, reuse_port=reuse_port) as listener:
        log.info("serving on http://%s:%d with %d processes", *listener.getsockname()[:2], settings.workers)
        if settings.workers == 1:
            from api.app import create_app  # noqa: PLC0415  only where this process answers itself

            spare_long_lived()
            server = uvicorn.Server(_config(settings, create_app(settings)))
            server.run(sockets=[listener])
            return 0 if server.started else STARTUP_FAILURE
        with _shared_figures():
            supervisor = Multiprocess(_config(settings, _APPLICATION), sockets=[listener])
            supervisor.run()
        failed = any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes)
        return STARTUP_FAILURE if failed else 0


def _config(settings: Settings, app: FastAPI | str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=settings.workers,
        log_config=None,
        access_log=False,
        backlog=_BACKLOG,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_worker_healthcheck=_HANGS_AFTER_SECONDS,
    )


@contextmanager
def _listening(host: str, port: int, *, reuse_port: bool) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((host, port))
        listener.set_inheritable(True)
        yield listener


@contextmanager
def _shared_figures() -> Iterator[None]:
    """A folder in which the processes' figures add up; one that the operator names is shared by several `serve` and stays."""
    if FOLDER_VARIABLE in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="techmarket-metrics-") as folder:
        os.environ[FOLDER_VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER_VARIABLE]


def _end_with_parent() -> None:
    """End when the supervising process is gone, however it went: an orphan would hold the port and answer under old settings."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        log.warning("the supervising process is gone; ending")
        os.kill(os.getpid(), signal.SIGTERM)
