"""What the application hands over: all that its three registries come to"""

from __future__ import annotations

from medark.sdk.registry import registry_app

from .copd import COPD
from .lung_cancer import LUNG_CANCER
from .t2dm import T2DM

app = registry_app("registry", T2DM, COPD, LUNG_CANCER)
