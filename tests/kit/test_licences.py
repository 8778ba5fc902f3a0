#!/usr/bin/env python3
"""The allow-lists of sbom/deny.toml: which licences they let in, and that no private key is kept with the sources."""

import importlib.util
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("licences", ROOT / "sbom/licences.py")
licences = importlib.util.module_from_spec(spec)
spec.loader.exec_module(licences)

ALLOWED = [
    "MIT",
    "MIT OR Apache-2.0",
    "MIT/Apache-2.0",
    "GPL-3.0-only OR MIT",
    "MIT OR GPL-3.0-only",
    "Apache-2.0 WITH LLVM-exception OR GPL-2.0-only",
    "(MIT OR GPL-3.0-only) AND Unicode-3.0",
    "GPL-3.0-only AND GPL-2.0-only OR MIT",
]
REFUSED = [
    "GPL-3.0-only",
    "MIT AND GPL-3.0-only",
    "GPL-3.0-only AND MIT",
    "GPL-3.0-only AND (MIT OR Apache-2.0)",
    "(MIT OR Apache-2.0) AND GPL-3.0-only",
    "MIT AND GPL-3.0-only OR GPL-2.0-only",
    "GPL-2.0-only WITH Classpath-exception-2.0",
    "MIT WITH LLVM-exception",
    "mit",
    "Apache",
]
NO_EXPRESSION = ["", "MIT OR", "OR MIT", "MIT MIT", "(MIT", "MIT)", "AND", "MIT AND", "WITH MIT", "()"]


class TestLicences(unittest.TestCase):
    def test_an_expression_is_allowed_if_the_list_satisfies_it(self):
        for expression in ALLOWED:
            self.assertTrue(licences.allowed(expression), expression)
        for expression in REFUSED:
            self.assertFalse(licences.allowed(expression), expression)
        for expression in NO_EXPRESSION:
            with self.assertRaises(ValueError, msg=expression):
                licences.allowed(expression)

    def test_no_private_key_for_signatures_is_in_the_repository(self):
        # Written in two parts, or this file would be the finding.
        for marker in ("SIGSTORE PRIVATE" + " KEY", "COSIGN PRIVATE" + " KEY"):
            found = subprocess.run(["git", "grep", "-lI", "-e", marker], cwd=ROOT, capture_output=True, text=True)
            self.assertEqual((found.returncode, found.stdout), (1, ""), marker)


if __name__ == "__main__":
    unittest.main(verbosity=2)
