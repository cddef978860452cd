"""Measures what watching and exploring cost, beside peers, and prints ratios from one run.

``python tests/bench`` runs everything (about 50 minutes on two cores, half of it ``generative``);
``python tests/bench sweep`` runs a part, likewise ``watching``, ``convolution``, ``frame``,
``latent``, ``mnist``, ``generative``. Ratios are medians over rounds in which all candidates take
turns, so that a machine whose speed drifts slows them alike.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench import convolution, frame, generative, latent, mnist, sweep, watching

# As in the tests: the data stand beside the checkout, or where the variable says.
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
os.environ.setdefault("DLWIDGETS_DATA", str(SHARED))

PARTS = {
    "watching": watching.main,
    "convolution": convolution.main,
    "frame": frame.main,
    "latent": latent.main,
    "sweep": sweep.main,
    "mnist": mnist.main,
    "generative": generative.main,
}


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python tests/bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=" or ".join(PARTS))
    asked = parser.parse_args().parts
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        parser.error(f"no part {unknown[0]!r}; parts: {', '.join(PARTS)}")
    for name, part in PARTS.items():
        if not asked or name in asked:
            part()


if __name__ == "__main__":
    main()
