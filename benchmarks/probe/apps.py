from cms.plugins import Manifest, PluginConfig


class ProbeConfig(PluginConfig):
    """Watches what subscribers are told, and writes mails."""

    name = "benchmarks.probe"
    label = "probe"
    default = True
    manifest = Manifest(
        summary="Watches", events="benchmarks.probe.watch.SUBSCRIBERS", topics="benchmarks.probe.watch.TOPICS"
    )
