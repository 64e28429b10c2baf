"""How long property tests search: `HYPOTHESIS_PROFILE` is `quick` by default and `ci` in CI."""

import os

from hypothesis import HealthCheck, settings

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
