"""A pytest plugin, loaded before the settings: test processes that run side by side share no Redis and no files."""

import os
from pathlib import Path

if name := os.environ.get("PYTEST_XDIST_WORKER"):
    number = int(name.removeprefix("gw"))
    if redis := os.environ.get("REDIS_URL"):
        address, _slash, _database = redis.rpartition("/")
        os.environ["REDIS_URL"] = f"{address}/{number + 1}"
    if folder := os.environ.get("VAR_DIR"):
        own = Path(folder) / name
        own.mkdir(exist_ok=True)
        os.environ["VAR_DIR"] = str(own)
