"""What most visits do, to see which files of the libraries they use: run by `used.mjs` after `touched.py`.

What it misses is fetched when it is imported, so nothing breaks by it; a test says that an ordinary visit
fetches nothing so late.
"""

import json
import sys

import nncore
from web.browser import boot, first_page, late_modules  # noqa: F401

LIBRARY = "/lib/python3.13/"
touched: set[str] = globals()["touched"]  # of touched.py

first_page.write(boot.prepare()["light"])
boot.link(lambda patch, buffers: None)
train, test = nncore.load_digits()
for preset in nncore.PRESETS.values():
    trainer = preset.recipe.replace(dataset="digits").build_trainer(train, test)
    next(iter(trainer))

touched.update(getattr(module, "__file__", None) or "" for module in list(sys.modules.values()))
json.dumps(sorted(path.removeprefix(LIBRARY) for path in touched if path.startswith(LIBRARY)))
