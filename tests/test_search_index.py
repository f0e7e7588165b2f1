"""Search by a part of a name uses its index on PostgreSQL, where a project may hold very many firms."""

import pytest
from django.db import connection

from clusters.models import SME
from tests import make


@pytest.mark.postgres  # SQLite has no such index and looks at each row
def test_a_part_of_a_name_is_found_through_the_trigrams(scene):
    make.sme(scene.cluster, name="Zwetschgenhof GmbH", country="DE")
    found = SME.objects.filter(project=scene.project).matching("zwetschg")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "sme_folded_trigrams" in SME.objects.matching("zwetschg").explain()
    assert [firm.name for firm in found] == ["Zwetschgenhof GmbH"]
