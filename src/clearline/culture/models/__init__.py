"""How culture stands: rows that pages read, written with the events that changed them."""

from clearline.culture.models.speakup import Holder, Letter, Report, Wrap

__all__ = ["Holder", "Letter", "Report", "Wrap"]
