from benchmarks.profile_data import by_package, caused_by, imports, samples_by_package

# An importer comes after what it imports, and is indented less.
PRINTED = """\
import time: self [us] | cumulative | imported package
import time:       500 |        500 |   pulumi.log
import time:      1000 |       1500 | pulumi
something else that was printed
import time:      2000 |       2000 |     pydantic
import time:       300 |       2300 |   pulumi_fc_async_invoke.api.fields
import time:       700 |       3000 | pulumi_fc_async_invoke.plugin.lifecycle
import time:       100 |        100 | pulumi_fc_async_invoke.config.settings
"""


def test_imports_are_read_with_their_times_and_depth() -> None:
    found = imports(PRINTED)

    assert [(each.name, each.own_ms, each.all_ms, each.depth) for each in found[:2]] == [
        ("pulumi.log", 0.5, 0.5, 1),
        ("pulumi", 1.0, 1.5, 0),
    ]


def test_own_times_add_up_by_package() -> None:
    assert by_package(imports(PRINTED)) == {
        "pydantic": 2.0,
        "pulumi": 1.5,
        "pulumi_fc_async_invoke": 1.1,
    }


def test_a_packages_imports_count_once_and_with_what_they_import() -> None:
    assert [(each.name, each.all_ms) for each in caused_by(imports(PRINTED))] == [
        ("pulumi_fc_async_invoke.plugin.lifecycle", 3.0),
        ("pulumi_fc_async_invoke.config.settings", 0.1),
    ]


def test_samples_count_for_the_package_that_was_running() -> None:
    collapsed = (
        "Thread.run (threading.py:982);Client.send (httpx/_client.py:914) 3\n"
        "Thread.run (threading.py:982);recv (socket.py:10) 2\n"
        "Thread.run (threading.py:982);get (<frozen os>:1) 1\n"
    )

    assert samples_by_package(collapsed) == {"httpx": 3, "standard library": 3}
