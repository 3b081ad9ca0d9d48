"""Documents: `python -m scripts.documents` writes the generated pages, `--check` compares them."""

import sys

from scripts.documents import stale_pages, write_pages
from scripts.documents.completeness import blanks


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        stale = stale_pages()
        for name in stale:
            print(f"docs/{name} is not what the code says now; run: make docs", file=sys.stderr)
        missing = blanks()
        for line in missing:
            print(f"docs/completeness.md: {line}", file=sys.stderr)
        return 1 if stale or missing else 0
    if sys.argv[1:]:
        print("usage: python -m scripts.documents [--check]", file=sys.stderr)
        return 2
    for name in write_pages():
        print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
