"""Finds shared models and suites through MDC_SHARED."""

import os
import pathlib


def shared_folder():
    """The folder that MDC_SHARED names, or None where it is unset or empty."""
    value = os.environ.get("MDC_SHARED")
    return pathlib.Path(value).resolve() if value else None


def missing(folder, path):
    """None if `path` lies in the shared folder; else why not. Set but missing is a failure."""
    full = folder / path
    return None if full.exists() else f"'{full}' is missing, expected by MDC_SHARED={folder}"
