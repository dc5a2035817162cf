"""`python -m benchmarks`: every measurement in one run, one after the other, each a table of ratios.

`--quick` takes one run of each instead of the median of five, leaves out the largest tables, kills twelve times instead of a
hundred, and makes one world of each kind.
"""

import subprocess
import sys

QUICK = "--quick" in sys.argv[1:]
STEPS = (
    ("murmur links beside its peers", ["benchmarks.links", *(["--runs", "1", "--small"] if QUICK else [])]),
    ("near-duplicates", ["benchmarks.neardup"]),
    (
        "loading",
        ["benchmarks.loading", "--gigabytes", *(["0.3", "--rows", "50000", "--repeats", "1"] if QUICK else ["5"])],
    ),
    ("languages and places", ["benchmarks.derive", *(["--posts", "50000"] if QUICK else [])]),
    ("the graph", ["benchmarks.graph_build"]),
    ("kill -9", ["benchmarks.kills", "12" if QUICK else "100"]),
    ("copied texts", ["benchmarks.text_families", *(["--worlds", "1"] if QUICK else [])]),
    (
        "verdicts",
        [
            "benchmarks.verdicts",
            *(
                ["--nulls", "10", "--seeds", "1", "--only", "nulls", "--only", "traps", "--only", "planted"]
                if QUICK
                else []
            ),
        ],
    ),
    ("real data", ["benchmarks.real"]),
    ("a likelihood", ["benchmarks.calibration", *(["--seeds", "1"] if QUICK else [])]),
    ("referrals", ["benchmarks.referrals"]),
)


def main() -> int:
    failed = 0
    for title, module in STEPS:
        print(f"\n## {title}", flush=True)
        failed += subprocess.run([sys.executable, "-m", *module], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
