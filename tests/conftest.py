"""How long property tests search: `HYPOTHESIS_PROFILE` is `quick` by default and `ci` in CI."""

import atexit
import itertools
import os
import shutil
import signal
import tempfile

import pytest
from hypothesis import HealthCheck, settings

# Caches and settings of the person who runs the tests stay out of them.
_OWN = tempfile.mkdtemp()
atexit.register(shutil.rmtree, _OWN, ignore_errors=True)
os.environ["XDG_CACHE_HOME"] = os.environ["XDG_CONFIG_HOME"] = _OWN

# What runs in the background of a shell ignores Ctrl-C, and so would all that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_NUMBERS = itertools.count()


@pytest.fixture(autouse=True)
def _own_cache() -> None:
    """What one test keeps is not there for the next, which may have changed what it depends on unseen."""
    os.environ["REPORTLINT_CACHE_DIR"] = os.path.join(_OWN, f"cache-{next(_NUMBERS)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What slow tests run, others run too, once; tracing it again and again would take three times as long."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.no_cover)


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
