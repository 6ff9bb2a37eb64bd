"""The JSON API under /v1, one module per noun. Each module has a `router`; `ROUTERS` in api/app.py lists them."""
