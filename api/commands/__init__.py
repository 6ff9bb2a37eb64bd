"""The longer commands of `techmarket`, one module each, and what they share (`terminal.py`). `api/cli.py` names them all."""
