"""What holds for every test: failing helpers explain themselves, and examples are not timed."""

import os

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("support")

# No deadline: how long one example takes says more about the machine than about us.
# In CI the examples are the same each time, so that a red run can be repeated.
settings.register_profile("netsheet", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("netsheet")

# pytest -n has a process for each core: torch's threads, more than cores, would wait for each other.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
