"""What is installed beside the package, told from the names of the folders that installers write.

importlib.metadata would cost a quarter of the start-up.
"""

import os
import sys


def distributions() -> tuple[tuple[str, str], ...]:
    """Folder and name of what describes each distribution, in the order in which modules are found."""
    found: list[tuple[str, str]] = []
    for folder in dict.fromkeys(path or os.curdir for path in sys.path):
        try:
            names = sorted(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))
        except OSError:
            continue
        found.extend((folder, name) for name in names)
    return tuple(found)
