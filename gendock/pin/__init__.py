"""Base images by digest: where a Dockerfile names images, and the edits that pin them or set them free."""

from gendock.pin.carrying import carry_digests
from gendock.pin.pins import Pin, PinnedFile, State, loosen, pin, wanted
from gendock.pin.places import Place, image_places

__all__ = ["Pin", "PinnedFile", "Place", "State", "carry_digests", "image_places", "loosen", "pin", "wanted"]
