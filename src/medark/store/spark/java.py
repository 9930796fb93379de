"""The Java that Spark runs on: found, and new enough, or what to install"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from medark.errors import SettingsError

OLDEST = 17  # Spark 4 runs on Java 17 and later
_FIX = "sudo apt-get install openjdk-17-jre-headless (or your system's Java 17), or set JAVA_HOME to one"


def checked_java(environ: Mapping[str, str]) -> Path:
    """The `java` that Spark's scripts will take. SettingsError if there is none, or it is too old."""
    home = environ.get("JAVA_HOME")
    found = str(Path(home) / "bin" / "java") if home else shutil.which("java", path=environ.get("PATH"))
    if found is None or not Path(found).is_file():
        raise SettingsError("Spark needs Java, and there is none", fix=_FIX)
    version = _version(Path(found))
    if version < OLDEST:
        raise SettingsError(f"Spark needs Java {OLDEST} or later", fix=_FIX, found=version)
    return Path(found)


def _version(java: Path) -> int:
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        raise SettingsError("Java is there but does not run", fix=_FIX, at=str(java)) from None
    return version_of(told)


def version_of(told: str) -> int:
    """The feature version in what `java -version` says; 0 if it says none.

    >>> version_of('openjdk version "17.0.15" 2025-04-15'), version_of('java version "1.8.0_402"')
    (17, 8)
    """
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else 0
