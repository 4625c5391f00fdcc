"""Bundles made and read by the real `rauc`: what is not signed by the image's authority, or was touched, is refused."""

import json
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from deploy.update import bundle
from deploy.update.slots import Bundle, Slots, SlotsFailed, run_command

pytestmark = pytest.mark.skipif(shutil.which("rauc") is None, reason="rauc is not installed")
SEED = 7


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    rng = Random(SEED)
    (folder / "rootfs").write_bytes(rng.randbytes(200_000))
    (folder / "boot").write_bytes(rng.randbytes(20_000))
    common = ["--rootfs", str(folder / "rootfs"), "--boot", str(folder / "boot"), "--architecture", "amd64"]
    for name, keys in (("good", "keys"), ("evil", "others")):
        assert bundle.main(["keys", str(folder / keys)]) == 0
        signer = ["--cert", str(folder / keys / "signer.pem"), "--key", str(folder / keys / "signer.key")]
        out = ["--version", "2026.12.1", "--out", str(folder / f"{name}.raucb")]
        assert bundle.main(["make", *common, *signer, *out]) == 0
    return folder


def slots(folder: Path) -> Slots:
    keyring = folder / "keys" / "ca.pem"
    return Slots(lambda command, timeout_s: run_command(["rauc", f"--keyring={keyring}", *command[1:]], timeout_s))


def test_a_signed_bundle_says_what_it_is(made: Path) -> None:
    assert slots(made).look_into(made / "good.raucb") == Bundle("hailong-amd64", "2026.12.1")
    assert oct((made / "keys" / "signer.key").stat().st_mode & 0o777) == "0o600"


def test_a_strangers_a_cut_and_a_touched_bundle_are_refused(made: Path, tmp_path: Path) -> None:
    good = (made / "good.raucb").read_bytes()
    signature = len(good) - 8 - int.from_bytes(good[-8:], "big")  # the CMS lies at the end, its length after it
    rng, refused = Random(SEED), 0
    with pytest.raises(SlotsFailed):
        slots(made).look_into(made / "evil.raucb")
    for index in range(12):
        path = tmp_path / f"{index}.raucb"
        at = rng.randrange(signature, len(good) - 8)
        wrong = (
            good[: rng.randrange(len(good))]
            if index % 2
            else bytes([*good[:at], good[at] ^ 1 << rng.randrange(8), *good[at + 1 :]])
        )
        path.write_bytes(wrong)
        try:
            told = slots(made).look_into(path)
        except SlotsFailed:
            refused += 1
        else:  # a bit of the envelope that nothing depends on: what it says is still what was signed
            assert told == Bundle("hailong-amd64", "2026.12.1")
    print(f"{refused} of 12 refused, seed {SEED}")
    assert refused >= 9


def test_a_version_that_cannot_be_ordered_makes_no_bundle(made: Path) -> None:
    parts, signer = bundle.Parts(made / "rootfs", made / "boot"), bundle.Signer(made / "c", made / "k")
    with pytest.raises(ValueError, match="version"):
        bundle.make_bundle(parts, "newest", "amd64", signer, made / "x.raucb", "rauc")


def test_the_words_of_rauc_that_cannot_be_read_are_no_answer() -> None:
    def told(text: str, code: int = 0) -> Slots:
        return Slots(lambda _command, _timeout_s: subprocess.CompletedProcess([], code, text, "no"))

    for bad in (told("not json"), told("[]"), told("{}", 1)):
        with pytest.raises(SlotsFailed):
            bad.look_into(Path("x"))
    assert told(json.dumps({"booted": "B", "compatible": "c"})).running(Path(__file__)).slot == "B"
