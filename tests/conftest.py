"""How long property tests search: `HYPOTHESIS_PROFILE` is `quick` by default and `ci` in CI."""

import atexit
import os
import shutil
import tempfile

from hypothesis import HealthCheck, settings

# Caches and settings of the person who runs the tests stay out of them.
_OWN = tempfile.mkdtemp()
atexit.register(shutil.rmtree, _OWN, ignore_errors=True)
os.environ["XDG_CACHE_HOME"] = os.environ["XDG_CONFIG_HOME"] = _OWN

# Both are derandomised, so that a red run can be repeated, and leave the machine's speed out of it.
settings.register_profile(
    "quick",
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("quick"), max_examples=200, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
