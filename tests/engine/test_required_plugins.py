from tests.support.stack import Stack


def test_the_engine_looks_for_no_plugin_of_the_packages_name(stack: Stack) -> None:
    stack.declare()

    told = stack.run("preview", "--logtostderr", "-v=9").stderr

    assert "GetRequiredPlugins" in told
    assert "pulumi-resource-fc-async-invoke" not in told
