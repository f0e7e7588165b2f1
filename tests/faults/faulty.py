"""Starts Celery with a fault in it, which the environment names:

FAULT_STEP=3        stands still once it has told that it is at step 3, for a minute or FAULT_SECONDS
FAULT_MEMORY=1      takes more and more memory at that step, instead of standing still
FAULT_TEMPLATES=DIR takes templates from DIR first
"""

import os
import sys
import time
from pathlib import Path

from django.conf import settings


def _stand_still(step):
    from common import jobs

    say = jobs.say

    def said(model, pk, claim, at, *more):
        say(model, pk, claim, at, *more)
        if at == step and os.environ.get("FAULT_MEMORY"):
            hoard = []
            while True:
                hoard.append(bytearray(50_000_000))
        if at == step:
            end = time.monotonic() + float(os.environ.get("FAULT_SECONDS", "60"))
            while time.monotonic() < end:
                time.sleep(0.05)

    jobs.say = said


if templates := os.environ.get("FAULT_TEMPLATES"):
    settings.TEMPLATES[0]["DIRS"].insert(0, Path(templates))
if step := os.environ.get("FAULT_STEP"):
    import django

    django.setup()
    _stand_still(int(step))

if __name__ == "__main__":
    from celery.__main__ import main

    sys.exit(main())
