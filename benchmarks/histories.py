"""Histories of alerts through a model of Alertmanager, as many as asked.

``python benchmarks/histories.py [--count 20000] [--seed N] [--steps 40]``

Nine in ten without storms, one in ten with. The seed is printed; a history that
fails is printed as the steps that repeat it, made as short as possible.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from alert_histories import Histories, Storms


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--steps", type=int, default=40)
    arguments.add_argument("--seed", type=int, default=secrets.randbits(32))
    options = arguments.parse_args()
    print(f"seed {options.seed}", flush=True)
    storms = options.count // 10
    for machine, count in ((Histories, options.count - storms), (Storms, storms)):
        begun = time.process_time()
        wanted = settings(
            max_examples=count,
            stateful_step_count=options.steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(seed(options.seed)(machine), settings=wanted)
        seconds = time.process_time() - begun
        print(f"{machine.__name__}: {count} histories, {seconds:.0f} s CPU", flush=True)


if __name__ == "__main__":
    main()
