"""The blocks of pages. What a block shows of a record or file is filtered by what the reader may see (records.py)."""

from . import data, directory, links, pictures, text
from .links import LinkBlock
from .pictures import PICTURES, ImageBlock
from .records import BodyRecords, page_ids_in, reader_of
from .text import TEXT_FEATURES

#: By group, in the order in which editors find them.
BODY_BLOCKS = [*text.BLOCKS, *pictures.BLOCKS, *directory.BLOCKS, *links.BLOCKS, *data.BLOCKS]

__all__ = [
    "BODY_BLOCKS",
    "PICTURES",
    "TEXT_FEATURES",
    "BodyRecords",
    "ImageBlock",
    "LinkBlock",
    "page_ids_in",
    "reader_of",
]
