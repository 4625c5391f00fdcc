"""Which kernel modules stay: `modules.py TREE LIST EARLY_DIR`. Owns the choice, knows no machine.

Deletes from TREE whatever LIST does not name and nothing named needs, unpacks the rest (squashfs packs them better, and
the early boot's program reads none packed), and copies those marked «early», with what they need, into EARLY_DIR.
"""

import lzma
import shutil
import subprocess
import sys
from pathlib import Path

BUILT_AS = (".ko.xz", ".ko")


def main(tree: Path, chosen: Path, early: Path) -> None:
    (folder,) = (tree / "usr/lib/modules").iterdir()
    subprocess.run(["depmod", "-b", str(tree), folder.name], check=True)
    needs = read_needs(folder / "modules.dep")
    marked = [line.split() for line in chosen.read_text().splitlines() if line and not line.startswith("#")]
    keep = closed({name for name in needs for words in marked if fits(name, words[-1])}, needs)
    first = closed({name for name in needs for words in marked if words[0] == "early" and fits(name, words[-1])}, needs)
    for name in needs:
        if name not in keep:
            (folder / name).unlink()
    for name in keep:
        unpack(folder / name)
    subprocess.run(["depmod", "-b", str(tree), folder.name], check=True)
    copy_early(folder, {plain(name) for name in first}, early)
    print(f"{len(keep)} of {len(needs)} kernel modules stay, {len(first)} of them in the early boot")


def read_needs(dependencies: Path) -> dict[str, list[str]]:
    """modules.dep(5): a module and everything that it needs."""
    lines = (line.partition(":") for line in dependencies.read_text().splitlines())
    return {name: needed.split() for name, _, needed in lines}


def fits(name: str, wanted: str) -> bool:
    path = "kernel/" + wanted
    return name.startswith(path) if wanted.endswith("/") else plain(name) == path + ".ko"


def plain(name: str) -> str:
    return name.removesuffix(".xz")


def closed(names: set[str], needs: dict[str, list[str]]) -> set[str]:
    return names | {needed for name in names for needed in needs[name]}


def unpack(module: Path) -> None:
    if module.suffix == ".xz":
        module.with_suffix("").write_bytes(lzma.decompress(module.read_bytes()))
        module.unlink()


def copy_early(folder: Path, names: set[str], early: Path) -> None:
    target = early / "lib/modules" / folder.name
    for name in sorted(names):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, target / name)
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        shutil.copy2(folder / name, target / name)
    subprocess.run(["depmod", "-b", str(early), folder.name], check=True)
    for index in target.glob("modules.*.bin"):
        index.unlink()  # busybox reads the text


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
