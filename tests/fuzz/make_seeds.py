"""Makes the seeds of the fuzzers from what is committed: small models, and texts of code.

    python make_seeds.py FOLDER

FOLDER gets a folder a target: whole archives of testdata/models, the pickles inside of them, and the code inside of them
with the texts of testdata/fuzz/source.
"""

import pathlib
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def main(out):
    for target in ("archive", "container", "parser", "pickle", "source"):
        (out / target).mkdir(parents=True, exist_ok=True)
    for model in sorted((ROOT / "testdata/models").glob("*.pt")):
        for target in ("archive", "container"):
            (out / target / model.name).write_bytes(model.read_bytes())
        with zipfile.ZipFile(model) as archive:
            for name in archive.namelist():
                flat = f"{model.stem}-{name.replace('/', '-')}"
                if name.endswith((".pkl", ".debug_pkl")):
                    (out / "pickle" / flat).write_bytes(archive.read(name))
                elif name.endswith(".py"):
                    (out / "parser" / flat).write_bytes(archive.read(name))
    for text in sorted((ROOT / "testdata/fuzz/source").glob("*.txt")):
        for target in ("parser", "source"):
            (out / target / text.name).write_bytes(text.read_bytes())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
