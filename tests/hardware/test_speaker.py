"""The voice as it is: espeak-ng's samples through ALSA into a device that keeps them. Nothing is pretended."""

import logging
import math
import os
import shutil
import subprocess
import time
import wave
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware.player import quieter
from hardware.speaker import AGAIN_S, Speaker
from hardware.streams import HANG_S, Library, Stream, recording_name
from hardware.voice import Chime, Phrase, VoiceStatus

pytestmark = pytest.mark.voice
VOICES = {"vi": "vi", "en": "en-gb"}
CHIME = Chime("tap", array("h", [round(9000 * math.sin(place / 5)) for place in range(1, 1200)]).tobytes(), 22050)
LONG = "Xin Ông Bà cho biết ý kiến về lần giải quyết thủ tục vừa rồi. " * 8


def vi(text: str) -> Phrase:
    return Phrase(text, "vi")


@pytest.fixture
def speak(earphone, monkeypatch) -> Iterator[Callable[..., Speaker]]:
    made = []
    monkeypatch.setenv("ALSA_CONFIG_PATH", earphone.environment["ALSA_CONFIG_PATH"])

    def start(device: str = earphone.device, recordings: Path | None = None, hang_s: float = HANG_S, **more) -> Speaker:
        made.append(Speaker(Library(recordings, VOICES, 140, hang_s), device, **more))
        return made[-1]

    yield start
    for speaker in made:
        speaker.close()
        assert speaker.status is VoiceStatus.CLOSED


def recorded(
    directory: Path, text: str, language: str, rate: int = 22050, hertz: float = 440, channels: int = 1
) -> bytes:
    """A recording of the office; its samples."""
    path = directory / recording_name(text, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = array("h", [round(8000 * math.sin(2 * math.pi * hertz * n / rate)) or 1 for n in range(rate // 4)])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return samples.tobytes()


def test_what_is_heard_is_what_the_synthesiser_makes(speak, earphone, synthesised):
    speaker, texts = speak(), ("Rất không hài lòng", "Ông/Bà hài lòng ở mức độ nào?", "-v en", "--help", "má")
    for text in texts:
        earphone.forget()
        speaker.say([vi(text)])
        assert speaker.wait_until_idle(10)
        assert earphone.heard(synthesised(text)), text
    assert speaker.status is VoiceStatus.READY
    print(f"\n{len(texts)} texts heard sample for sample")


def test_phrases_follow_one_another_in_their_languages(speak, earphone, synthesised):
    speaker = speak()
    speaker.say([vi("một"), Phrase("two", "en"), Phrase("ba", "km", otherwise=vi("ba"))])
    for text, voice in (("một", "vi"), ("two", "en-gb"), ("ba", "vi")):
        assert earphone.heard(synthesised(text, voice)), text
    at = [earphone.samples.find(synthesised(*said)) for said in (("một", "vi"), ("two", "en-gb"), ("ba", "vi"))]
    assert at == sorted(at)


def test_the_tones_of_vietnamese_are_kept(speak, earphone, synthesised):
    """The same letters under six tones are six words, and are heard as six."""
    speaker, words = speak(), ("ma", "mà", "má", "mả", "mã", "mạ")
    heard = []
    for word in words:
        earphone.forget()
        speaker.say([vi(word)])
        assert earphone.heard(synthesised(word)), word
        assert speaker.wait_until_idle(10)
        heard.append(earphone.samples)
    assert len(set(heard)) == len(words)
    print(f"\n{len(words)} tones heard apart")


def test_a_word_cuts_the_one_before(speak, earphone, synthesised):
    """The device stops taking samples, so the first word is certainly under way when the second one comes."""
    speaker = speak()
    earphone.deafen(True)
    speaker.say([vi(LONG)])
    assert earphone.wait_for(lambda samples: len(samples) > 0)
    speaker.say([vi("má")])
    earphone.deafen(False)
    assert earphone.heard(synthesised("má"))
    assert speaker.wait_until_idle(10)
    whole, kept = synthesised(LONG), earphone.samples
    assert whole not in kept
    assert whole[:2000] in kept
    print(f"\ncut after {len(kept) / len(whole):.0%} of the samples")


def test_stop_is_silence(speak, earphone):
    speaker = speak()
    earphone.deafen(True)
    speaker.say([vi(LONG)])
    assert earphone.wait_for(lambda samples: len(samples) > 0)
    speaker.stop()
    earphone.deafen(False)
    assert speaker.wait_until_idle(10)
    assert speaker.status is VoiceStatus.READY


def test_no_call_waits_for_a_device_that_hangs(speak, earphone):
    speaker = speak()
    earphone.deafen(True)
    slowest_s = 0.0
    for number in range(40):
        began_s = time.monotonic()
        speaker.say([vi(LONG)])
        if number % 3 == 0:
            speaker.chime(CHIME)
        slowest_s = max(slowest_s, time.monotonic() - began_s)
    earphone.deafen(False)
    assert speaker.wait_until_idle(20)
    print(f"\n40 words to a device that hangs; the slowest call took {slowest_s * 1000:.1f} ms")


def test_a_recording_comes_before_the_synthesiser(speak, earphone, synthesised, tmp_path):
    own = recorded(tmp_path / "rec", "Hài lòng", "vi")
    other = recorded(tmp_path / "rec", "ពេញចិត្ត", "km", rate=44100)
    speaker = speak(recordings=tmp_path / "rec")
    khmer = Phrase("ពេញចិត្ត", "km", otherwise=vi("Hài lòng"))
    speaker.say([vi("Hài  lòng"), khmer, vi("Bình thường")])
    assert earphone.heard(own)
    assert earphone.heard(other)
    assert earphone.heard(synthesised("Bình thường"))
    assert synthesised("Hài lòng") not in earphone.samples
    assert speaker.status is VoiceStatus.READY


def test_a_recording_is_found_however_its_text_was_typed(tmp_path):
    assert recording_name("Hài lòng", "vi") == recording_name(" Ha\u0300i  lo\u0300ng ", "vi")
    assert recording_name("Hài lòng", "vi") != recording_name("Hài long", "vi")
    assert recording_name("Hài lòng", "en").startswith("en/")


def test_an_ogg_recording_is_decoded(speak, earphone, tmp_path):
    own = recorded(tmp_path, "Có", "vi")
    wav = tmp_path / recording_name("Có", "vi")
    subprocess.run(["oggenc", "-Q", "-q", "9", str(wav)], check=True)
    wav.unlink()
    speaker = speak(recordings=tmp_path)
    speaker.say([vi("Có")])
    assert speaker.wait_until_idle(10)
    assert earphone.wait_for(lambda samples: len(samples) >= len(own))
    heard, wanted = array("h", earphone.samples[: len(own)]), array("h", own)
    off = sum(abs(a - b) for a, b in zip(heard, wanted, strict=True)) / len(wanted)
    print(f"\nan OGG recording is heard; its samples are off by {off:.0f} of 8000 on average")
    assert off < 400


@pytest.mark.parametrize("broken", [b"", b"RIFF", b"no sound at all" * 40])
def test_a_broken_recording_is_as_good_as_none(speak, earphone, synthesised, tmp_path, broken):
    path = tmp_path / recording_name("Có", "vi")
    path.parent.mkdir()
    path.write_bytes(broken)
    speak(recordings=tmp_path).say([vi("Có")])
    assert earphone.heard(synthesised("Có"))


@pytest.mark.parametrize("gain_db", [0, -6])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_recording_cut_off_within_a_frame_is_heard_up_to_it(
    speak, earphone, synthesised, tmp_path, gain_db, channels
):
    own = recorded(tmp_path, "Có", "vi", channels=channels)
    path = tmp_path / recording_name("Có", "vi")
    path.write_bytes(path.read_bytes()[:-1])
    speaker = speak(recordings=tmp_path)
    speaker.say([vi("Có")], gain_db)
    assert speaker.wait_until_idle(10)
    speaker.say([vi("Không")], gain_db)
    assert earphone.heard(quieter(own[: -2 * channels], gain_db))
    assert earphone.heard(quieter(synthesised("Không"), gain_db))
    assert speaker.wait_until_idle(10)
    assert (speaker.status, speaker.speaking) == (VoiceStatus.READY, False)


def test_any_error_of_one_text_is_a_status_and_the_next_is_tried(speak, earphone, synthesised, monkeypatch, caplog):
    def broken(_stream) -> bytes:
        raise ValueError("Có, which is private")

    speaker = speak()
    with caplog.at_level(logging.INFO):
        with monkeypatch.context() as patch:
            patch.setattr(Stream, "read", broken)
            speaker.say([vi("Có")])
            assert speaker.wait_until_idle(10)
        assert (speaker.status, speaker.speaking, speaker.available) == (VoiceStatus.NO_VOICE, False, False)
        speaker.say([vi("Không")])
        assert earphone.heard(synthesised("Không"))
        assert speaker.wait_until_idle(10)
    assert (speaker.status, speaker.available) == (VoiceStatus.READY, True)
    assert [record.fields["reason"] for record in caplog.records] == ["ValueError", ""]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_voice_whose_thread_is_dead_does_not_speak(speak):
    def leave() -> None:
        raise SystemExit

    speaker = speak(on_start=leave)
    speaker.say([vi("Có")])
    speaker._thread.join(10)
    speaker.say([vi("Có")])
    assert (speaker.status, speaker.speaking, speaker.available) == (VoiceStatus.NO_VOICE, False, False)


@pytest.mark.parametrize("ending", [".ogg", ""])
@pytest.mark.parametrize("wrote", ["", "RIFF", "head"])
def test_a_program_that_hangs_is_given_up(speak, monkeypatch, tmp_path, ending, wrote):
    """Before its first byte, within the head, and after it; nor does it end when it is asked to."""
    (tmp_path / "aplay").symlink_to(shutil.which("aplay"))
    if ending:
        path = tmp_path / recording_name("Có", "vi", ending)
        path.parent.mkdir()
        path.write_bytes(b"OggS")
    head = tmp_path / "head"
    with wave.open(str(head), "wb") as file:
        file.setparams((1, 2, 22050, 1000, "NONE", ""))
        file.writeframes(bytes(2000))
    head.write_bytes(head.read_bytes()[:1000])
    (tmp_path / "RIFF").write_bytes(b"RIFF")
    program = tmp_path / ("oggdec" if ending else "espeak-ng")
    cat = f"{shutil.which('cat')} {tmp_path / wrote}" if wrote else ":"
    program.write_text(f"#!/bin/sh\ntrap '' TERM\n{cat}\nexec {shutil.which('sleep')} 3600\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    speaker = speak(recordings=tmp_path, hang_s=0.2)
    speaker.say([vi("Có")])
    assert speaker.wait_until_idle(20)
    assert (speaker.status, speaker.speaking) == (VoiceStatus.NO_VOICE, False)


def test_the_log_tells_neither_language_nor_file_of_what_was_read(speak, tmp_path, caplog):
    """With its instant it would tell who was at the counter."""
    path = tmp_path / recording_name("ពេញចិត្ត", "km")
    path.parent.mkdir()
    path.write_bytes(b"no sound at all")
    speaker = speak(recordings=tmp_path)
    with caplog.at_level(logging.DEBUG):
        speaker.say([Phrase("ពេញចិត្ត", "km")])
        assert speaker.wait_until_idle(10)
    logged = repr([record.__dict__ for record in caplog.records])
    assert "no_voice" in logged
    assert [secret for secret in ("'km'", "km/", path.name, path.stem, "ពេញចិត្ត") if secret in logged] == []


def test_after_a_failure_it_is_offered_again_in_a_minute(speak):
    at_s = [1000.0]
    speaker = speak(device="no-such-device", now_s=lambda: at_s[0])
    assert speaker.available
    for _ in range(2):
        speaker.say([vi("Có")])
        assert speaker.wait_until_idle(10)
        at_s[0] += AGAIN_S - 1
        assert not speaker.available
        at_s[0] += 1
        assert speaker.available
    assert speaker.status is VoiceStatus.NO_SPEAKER


def test_a_language_without_voice_or_recording_is_a_status(speak, earphone, synthesised, caplog):
    speaker = speak()
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            speaker.say([Phrase("ពេញចិត្ត", "km"), vi("Có")])
            assert speaker.wait_until_idle(10)
        assert earphone.heard(synthesised("Có"))
        assert speaker.status is VoiceStatus.NO_VOICE
        assert speaker.available
        speaker.say([vi("Có")])
        assert speaker.wait_until_idle(10)
    assert speaker.status is VoiceStatus.READY
    assert [record.message for record in caplog.records] == ["voice.changed"] * 2
    assert "Có" not in caplog.text


def test_a_missing_speaker_is_a_status_said_once_and_tried_again(speak, earphone, synthesised, caplog):
    config = Path(os.environ["ALSA_CONFIG_PATH"])
    whole = config.read_text()
    config.write_text("")
    speaker = speak()
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            speaker.say([vi("Có")])
            speaker.chime(CHIME)
            assert speaker.wait_until_idle(10)
        assert speaker.status is VoiceStatus.NO_SPEAKER
        assert not speaker.available
        config.write_text(whole)  # plugged in again
        speaker.say([vi("Có")])
        assert earphone.heard(synthesised("Có"))
        assert speaker.wait_until_idle(10)
    assert speaker.status is VoiceStatus.READY
    assert [record.message for record in caplog.records] == ["voice.changed"] * 2
    assert "audio open error" in caplog.records[0].fields["reason"]


def test_without_player_or_synthesiser_nothing_raises(speak, monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("PATH", str(tmp_path))
    speaker = speak()
    assert speaker.status is VoiceStatus.NO_PLAYER
    speaker.say([vi("Có")])
    assert speaker.wait_until_idle(10)
    assert speaker.status is VoiceStatus.NO_VOICE
    speaker.chime(CHIME)
    assert speaker.wait_until_idle(10)
    assert speaker.status is VoiceStatus.NO_PLAYER


def test_without_synthesiser_sounds_go_on_and_the_log_stays_quiet(speak, earphone, monkeypatch, tmp_path, caplog):
    (tmp_path / "aplay").symlink_to(shutil.which("aplay"))
    monkeypatch.setenv("PATH", str(tmp_path))
    speaker = speak(chime_db=0.0)
    with caplog.at_level(logging.INFO):
        for _ in range(4):
            earphone.forget()
            speaker.say([vi("Có")])
            assert speaker.wait_until_idle(10)
            speaker.chime(CHIME)
            assert speaker.wait_until_idle(10)
            assert earphone.heard(CHIME.samples)
    assert speaker.status is VoiceStatus.NO_VOICE
    assert not speaker.available
    assert [record.message for record in caplog.records] == ["voice.changed"]


def test_a_player_that_dies_in_the_middle_is_a_status(speak, monkeypatch, tmp_path):
    for name in ("espeak-ng",):
        (tmp_path / name).symlink_to(shutil.which(name))
    player = tmp_path / "aplay"
    player.write_text("#!/bin/sh\nexec /bin/sh -c 'read line; kill -9 $$'\n")
    player.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    speaker = speak()
    speaker.say([vi(LONG)])
    assert speaker.wait_until_idle(10)
    assert speaker.status is VoiceStatus.NO_SPEAKER


def test_a_chime_is_heard_whole_before_the_next_word(speak, earphone, synthesised):
    speaker = speak(chime_db=0.0)
    speaker.say([vi(LONG)])
    speaker.chime(CHIME)
    speaker.say([vi("Có")])
    assert earphone.heard(CHIME.samples)
    assert earphone.heard(synthesised("Có"))
    assert earphone.samples.find(CHIME.samples) < earphone.samples.find(synthesised("Có"))


@pytest.mark.parametrize("gain_db", [0, -6, -12, -18, -40])
def test_loudness_in_decibels(speak, earphone, synthesised, gain_db):
    speak().say([vi("Hài lòng")], gain_db)
    wanted = quieter(synthesised("Hài lòng"), gain_db)
    assert earphone.heard(wanted)
    measured = 20 * math.log10(rms(wanted) / rms(synthesised("Hài lòng")))
    assert abs(measured - gain_db) < 0.2 or (gain_db == -40 and abs(measured - gain_db) < 1)
    print(f"\nasked for {gain_db} dB, heard {measured:.2f} dB")


def rms(samples: bytes) -> float:
    values = array("h", samples)
    return math.sqrt(sum(value * value for value in values) / len(values))


def test_how_soon_the_first_sample_comes(speak, earphone, synthesised):
    speaker, delays_ms = speak(), []
    for number in range(20):
        assert speaker.wait_until_idle(10)
        earphone.forget()
        began_s = time.monotonic()
        speaker.say([vi(f"{number} trên 20"), vi("Hài lòng")])
        assert earphone.heard(synthesised("Hài lòng"))
        delays_ms.append((earphone.first_s - began_s) * 1000)
    delays_ms.sort()
    print(f"\nfirst sample after {delays_ms[10]:.0f} ms (median), {delays_ms[-1]:.0f} ms (longest) of 20; goal 300 ms")
