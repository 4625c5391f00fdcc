"""The service menu says of the printer whatever a printer can say of itself."""

import pytest

from hardware.ports import PrinterStatus
from kiosk.texts import read_words


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_status_of_a_printer_has_words_of_its_own(language: str) -> None:
    words = read_words(language)
    told = {words[f"service_printer_{status}"] for status in PrinterStatus}
    assert len(told) == len(PrinterStatus)
