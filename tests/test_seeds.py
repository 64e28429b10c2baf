"""Real reports, where they are present: their figures agree, so nothing may be said of them."""

import os
from pathlib import Path

import pytest

from loaded import library
from reportlint.engine import lint_bytes

CHECKOUT = Path(__file__).resolve().parents[1]
REAL = Path(os.environ.get("REPORTLINT_REPORTS", CHECKOUT.parent / "shared" / "reports"))
REPORTS = sorted(REAL.glob("*.txt"))
ARITHMETIC = ("row-sum", "column-sum", "balance", "review-sum", "total-missing", "plausibility", "prose-sum")


@pytest.mark.skipif(not REPORTS, reason="the real reports are not at hand")
def test_the_figures_of_real_reports_agree() -> None:
    found = {
        path.name: [
            (item.rule, item.message.zh)
            for item in lint_bytes(path, path.read_bytes(), library()).diagnostics
            if item.rule in ARITHMETIC
        ]
        for path in REPORTS
    }
    assert found == {path.name: [] for path in REPORTS}
