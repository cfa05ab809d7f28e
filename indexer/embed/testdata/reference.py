"""What the models' own tokenisers and runtime make of our texts, as tables that
the Go tests compare with.

    python reference.py --models ../../../models           writes the tables
    python reference.py --models ../../../models --check   compares them

It needs what requirements.txt lists. Written are texts.jsonl.gz; a table for
each model, of every text's ids and some texts' vectors; codepoints.txt and
use-codepoints.txt, sums over every code point of Unicode; and ../wordpiece_table.go.
"""

import argparse
import base64
import difflib
import gzip
import json
import os
import sys

import numpy

import reference_bert
import reference_use
from texts import texts

HERE = os.path.dirname(os.path.abspath(__file__))
EVERY = 48  # every so many texts' vectors are kept, unless a model says otherwise
NEAR = 0.999  # cosine from which on two vectors count as one


def lines(model, folder, all_texts):
    """A model's table: what it is, then a line for each text."""
    every = getattr(model, "EVERY", EVERY)
    some = all_texts[::every]
    vectors = iter(model.embed(folder, some))
    yield json.dumps({"name": model.NAME, "version": model.VERSION, "texts": len(all_texts)})
    for i, ids in enumerate(model.encode(folder, all_texts)):
        line = {"ids": [int(x) for x in ids]}
        if i % every == 0:
            vector = next(vectors)
            if numpy.any(vector):
                rounded = numpy.rint(vector * 32767).astype("<i2")
                line["vector"] = base64.b64encode(rounded.tobytes()).decode()
        yield json.dumps(line, separators=(",", ":"))


def vector(line):
    return numpy.frombuffer(base64.b64decode(line["vector"]), "<i2").astype(float)


def same_line(a, b):
    """Whether two lines of a table say the same: int8 models' vectors differ
    a little between processors."""
    a, b = json.loads(a), json.loads(b)
    if not isinstance(a, dict) or ("vector" in a) != ("vector" in b):
        return a == b
    if "vector" in a:
        x, y = vector(a), vector(b)
        if x @ y < NEAR * numpy.linalg.norm(x) * numpy.linalg.norm(y):
            return False
        del a["vector"], b["vector"]
    return a == b


def compare(name, have, want):
    if name.endswith(".jsonl.gz"):
        same = len(have) == len(want) and all(map(same_line, have, want))
    else:
        same = have == want
    print("%-24s %s" % (name, "as committed" if same else "DIFFERS"))
    if not same:
        for line in list(difflib.unified_diff(have, want, "committed", "now", lineterm="", n=0))[:20]:
            print(line[:300])
    return same


def read(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") if path.endswith(".gz") else open(path, encoding="utf-8") as f:
        return f.read().split("\n")[:-1]


def write(path, content):
    data = ("\n".join(content) + "\n").encode()
    if path.endswith(".gz"):
        data = gzip.compress(data, 9, mtime=0)
    with open(path, "wb") as f:
        f.write(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", required=True, help="the folder that `make models` fills")
    parser.add_argument("--check", action="store_true", help="compare with what is committed, and write nothing")
    args = parser.parse_args()
    all_texts = texts()
    tables = {
        "texts.jsonl.gz": [json.dumps(t) for t in all_texts],
        "codepoints.txt": list(reference_bert.code_points(args.models)),
        "use-codepoints.txt": list(reference_use.code_points(args.models)),
        "../wordpiece_table.go": list(reference_bert.go_tables()),
    }
    for model in (reference_bert.BGE, reference_bert.MINILM, reference_use):
        tables[model.NAME + ".jsonl.gz"] = list(lines(model, args.models, all_texts))
    if not args.check:
        for name, content in tables.items():
            write(os.path.join(HERE, name), content)
        return 0
    results = [compare(name, read(os.path.join(HERE, name)), content) for name, content in tables.items()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
