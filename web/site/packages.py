"""What Python can load later, as Pyodide's own loader fetches it: archives, and the list of them.

The list, pyodide-lock.json, is written and checked by pyodide-lock, the library of Pyodide's own builds. The
archives hold compiled modules, for which pyodide-build has no step that runs on Python 3.10.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

from pyodide_lock import PyodideLockSpec
from pyodide_lock.spec import InfoSpec, PackageSpec

from web.site.archive import fingerprint, pack
from web.site.trim import Rest

FOLDER = "lib/packages/"


def add_packages(dist: Path, rests: list[Rest], official: bytes) -> bytes:
    """Write an archive for each of `rests`; return pyodide-lock.json, which lists them.

    `official` is the lock of the Pyodide release that the site ships.
    """
    (dist / FOLDER).mkdir(parents=True, exist_ok=True)
    packages = {}
    for library, version, files, imports in rests:
        content = pack(files)
        name, file = f"{library}-rest", f"{library}-{version}-{fingerprint(content)}.zip"
        (dist / FOLDER / file).write_bytes(content)
        packages[name] = PackageSpec(
            name=name,
            version=version,
            file_name=file,
            install_dir="site",
            sha256=hashlib.sha256(content).hexdigest(),
            package_type="cpython_module" if library == "stdlib" else "package",
            imports=imports,
        )
    lock = PyodideLockSpec(info=InfoSpec(**json.loads(official)["info"]), packages=packages)
    lock.check_wheel_filenames()
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "pyodide-lock.json"
        lock.to_json(path)
        assert PyodideLockSpec.from_json(path) == lock
        return path.read_bytes()
