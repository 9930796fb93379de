"""Three made-up exports with truth, in styles that nothing of the proposer was fitted on."""

from unseen.clarity import clarity
from unseen.klinik import klinik
from unseen.pinyin_his import pinyin_his
from unseen.world import Truth, World, world

EXPORTS = {"pinyin HIS": pinyin_his, "Clarity-like": clarity, "German clinic": klinik}

__all__ = ["EXPORTS", "Truth", "World", "world"]
