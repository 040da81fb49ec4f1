"""What the snapshot of Python's memory has imported: all that is not this project's own.

So it stays the same until a dependency changes, on the devices of visitors and in the cache of the build.
Run by `snapshot.mjs` in the worker's Python, after `web/browser/stand_ins.py`. Nothing here may depend on the
visit; what is seeded on import is seeded anew by `web.browser.boot.awaken`.
"""

import gc
import importlib

importlib.invalidate_caches()

import asyncio  # noqa: E402, F401
import csv  # noqa: E402, F401
import ctypes  # noqa: E402, F401
import zipfile  # noqa: E402, F401

import bokeh.plotting  # noqa: E402, F401
import numpy.random  # noqa: E402, F401
import panel  # noqa: E402
import panel.custom  # noqa: E402
import panel.io.pyodide  # noqa: E402, F401

gc.collect()
