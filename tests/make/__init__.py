"""Records for tests, one plain function a kind: `make.sme(cluster, name="...")`. A module a room or noun."""

from tests.make.activity import *  # noqa: F403
from tests.make.base import *  # noqa: F403
from tests.make.consultations import *  # noqa: F403
from tests.make.cooperation import *  # noqa: F403
from tests.make.dissemination import *  # noqa: F403
from tests.make.events import *  # noqa: F403
from tests.make.feed import *  # noqa: F403
from tests.make.indicators import *  # noqa: F403
from tests.make.plan import *  # noqa: F403
from tests.make.reports import *  # noqa: F403
from tests.make.strategies import *  # noqa: F403
from tests.make.talk import *  # noqa: F403
