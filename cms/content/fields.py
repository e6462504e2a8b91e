"""The StreamField that plugins can add blocks to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext
from wagtail.blocks import StreamBlock, StreamValue
from wagtail.fields import StreamField

from cms.plugins.switches import is_off


class PluginStreamBlock(StreamBlock):
    """The blocks of a PluginStreamField. Those of plugins that are off are kept, but neither shown nor offered first."""

    plugin_labels: dict[str, str] = {}

    def is_shown(self, name: str) -> bool:
        """Return whether the block ``name`` is shown to readers."""
        return not is_off(self.plugin_labels.get(name, ""))

    def shown(self, value: StreamValue) -> list[Any]:
        """Return the blocks of ``value`` that readers see."""
        return [child for child in value if self.is_shown(child.block_type)]

    def render_basic(self, value: StreamValue, context: Any = None) -> Any:
        """Render what is shown."""
        return format_html_join("\n", "{}", ((child.render(context=context),) for child in self.shown(value)))

    def grouped_child_blocks(self) -> Any:
        """Return the blocks by group for the editor; those of plugins that are off stand last and say so."""
        groups: dict[Any, list[Any]] = {}
        off = []
        for child in self.ordered_child_blocks():
            if self.is_shown(child.name):
                groups.setdefault(child.meta.group, []).append(child)
            else:
                off.append(child)
        return [*groups.items(), *([(gettext("Switched off: readers don't see it"), off)] if off else [])]


class PlainStreamField(StreamField):
    """A StreamField whose blocks stay out of migrations: another text beside a block's field is no new schema."""

    def deconstruct(self) -> Any:
        """Leave the blocks out."""
        # Not StreamField's own deconstruct: it would build the blocks, and with them import every plugin.
        name, path, _args, kwargs = models.Field.deconstruct(self)
        return name, path, [[]], kwargs


class PluginStreamField(PlainStreamField):
    """A StreamField with the core's blocks and those of the enabled plugins.

    Blocks stay out of migrations: a core migration must not import a plugin, and switching a plugin on
    must not ask for a migration of the core.
    """

    @cached_property
    def stream_block(self) -> StreamBlock:
        """The block with everything on offer; built at first use, when all apps are loaded."""
        from cms.plugins.registry import collect

        blocks = list(self.block_types_arg)
        labels: dict[str, str] = {}
        # Also of plugins that are off: a StreamField drops the blocks it doesn't know at the next save.
        for config, contributed in collect("blocks", also_off=True):
            blocks += contributed
            labels |= {name: config.label for name, _block in contributed}
        block = PluginStreamBlock(blocks)
        block.plugin_labels = labels
        block.set_meta_options(self.block_opts)
        return block
