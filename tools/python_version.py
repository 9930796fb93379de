"""Stops with one plain line when this Python is too old for medark"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "medark needs Python 3.11 or newer; this is %d.%d.\n"
        "  Debian/Ubuntu: apt-get install python3 python3-venv, then: make PYTHON=python3.11 env" % sys.version_info[:2]
    )
