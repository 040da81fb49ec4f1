"""What the snapshot of Python's memory holds: the libraries imported, and the page of the bare address built.

Run by `snapshot.mjs` in the worker's Python, after `web/browser/stand_ins.py`. Nothing here may depend on the
visit; what is seeded on import is seeded anew by `web.browser.boot.awaken`.
"""

import asyncio  # noqa: F401
import csv  # noqa: F401
import ctypes  # noqa: F401
import zipfile  # noqa: F401

import bokeh.plotting  # noqa: F401
import numpy.random  # noqa: F401
import panel
import panel.custom
import panel.io.pyodide  # noqa: F401

import web.browser.late_modules  # noqa: F401
from web.browser import boot, first_page

pages = boot.prepare()
first = first_page.write(pages["light"])
