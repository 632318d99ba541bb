"""The fixture `fc_emulator`, for all tests of this project."""

pytest_plugins = ["pulumi_fc_async_invoke.emulator.testing"]
