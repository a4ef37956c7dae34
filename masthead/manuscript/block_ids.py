"""An id for each block that has none, the same through every import."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import Any

from masthead.manuscript import walk
from masthead.manuscript.nodes import Block, BlockBase
from masthead.manuscript.rewrite import rewrite


def with_ids(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks with an id for each that had none.

    It is made of the block's kind and words, so that the same words keep the same id
    through another import; equal blocks are told apart by their order.
    """
    seen: Counter[str] = Counter()

    def name(node: Any) -> Any:
        if not isinstance(node, BlockBase) or node.id:
            return node
        assert isinstance(node, Block)
        words = walk.plain_text((node,)) or "".join(map(walk.plain_text, walk.runs(node)))
        held = f"{type(node).__name__}|{getattr(node, 'picture', '')}|{words}"
        digest = hashlib.sha256(held.encode()).hexdigest()[:8]
        seen[digest] += 1
        suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
        return replace(node, id=f"b{digest}{suffix}")

    return rewrite(blocks, name)
