from cms.plugins import Manifest, PluginConfig

from .needs import wanted


class FakesConfig(PluginConfig):
    """Stands in for every plugin whose capabilities others require, so that each can be tried alone."""

    name = "tests.contract.fakes"
    label = "fakes"
    default = True
    manifest = Manifest(
        summary="Fakes", provides={capability: "tests.contract.fakes.stub.nothing" for capability in wanted()}
    )
