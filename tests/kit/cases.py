"""What the tests of verify.sh share: a kit, copies of it to be changed, and the verdict by both routes."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

from making import ROOT, Key, Kit, make_kit

ROUTES = ("cosign", "openssl")
# Beside a shell, sed, grep and openssl.
COREUTILS = "base64 cat dirname env head mkdir mktemp od printf rm sha256sum sort tail tr wc".split()


class KitCase(unittest.TestCase):
    """Each case runs verify.sh in a network namespace of its own, openssl's route with nothing on PATH but what the
    script's head says is enough."""

    @classmethod
    def setUpClass(cls):
        for tool in ("cosign", "openssl", "jq", "unshare", "busybox"):
            if not shutil.which(tool):
                raise FileNotFoundError(f"no `{tool}`; run: make test-kit, which brings it")
        cls.scratch = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.key, cls.stranger = Key(cls.scratch, "key"), Key(cls.scratch, "stranger")
        cls.kit, cls.image = make_kit(cls.scratch / "this", b"\x7fELF this build", cls.key)
        cls.other, cls.other_image = make_kit(cls.scratch / "other", b"\x7fELF that build", cls.key)
        cls.bare = cls.scratch / "bin"
        cls.bare.mkdir()
        for tool in ["sh", "sed", "grep", "openssl", *COREUTILS]:
            (cls.bare / tool).symlink_to(shutil.which(tool))

    def copy(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "kit"
        shutil.copytree(self.kit, folder)
        return Kit(folder, self.key, self.image)

    def verify(self, kit, route, *options, path=None, fingerprint=None, shell=("sh",), environment=None, cwd=ROOT):
        path = path or (str(self.bare) if route == "openssl" else os.environ["PATH"])
        namespace = [shutil.which("unshare"), "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
        script = [*shell, ROOT / "cosign/verify.sh", "--with", route, *options]
        return subprocess.run(
            [*namespace, *script, fingerprint or self.key.fingerprint, getattr(kit, "folder", kit)],
            cwd=cwd,
            env={"PATH": path, "HOME": str(self.scratch), **(environment or {})},
            capture_output=True,
            text=True,
        )

    def refused(self, change, file, why, routes=ROUTES, **options):
        """By each route, and the one line that says so names the file and has the words."""
        kit = self.copy()
        change(kit)
        with ThreadPoolExecutor() as all_at_once:
            ends = all_at_once.map(lambda route: self.verify(kit, route, **options), routes)
        for route, end in zip(routes, ends):
            with self.subTest(route=route, file=file, why=why):
                verdict = end.stderr.splitlines()[:1]
                self.assertEqual((end.returncode, end.stdout), (1, ""), end.stderr)
                self.assertTrue(verdict[0].startswith(f"verify.sh: REFUSED: `{file}` "), end.stderr)
                self.assertIn(why, verdict[0])
