"""The StreamField that plugins can add blocks to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.functional import cached_property
from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField


class PluginStreamField(StreamField):
    """A StreamField with the core's blocks and those of the enabled plugins.

    Blocks stay out of migrations: a core migration must not import a plugin, and switching a plugin on
    must not ask for a migration of the core.
    """

    @cached_property
    def stream_block(self) -> StreamBlock:
        """The block with everything on offer; built at first use, when all apps are loaded."""
        from cms.plugins.registry import collect

        blocks = list(self.block_types_arg)
        for _config, contributed in collect("blocks"):
            blocks += contributed
        block = StreamBlock(blocks)
        block.set_meta_options(self.block_opts)
        return block

    def deconstruct(self) -> Any:
        """Leave the blocks out."""
        # Not StreamField's own deconstruct: it would build the blocks, and with them import every plugin.
        name, path, _args, kwargs = models.Field.deconstruct(self)
        return name, path, [[]], kwargs
