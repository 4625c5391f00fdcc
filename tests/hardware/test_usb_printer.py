"""A printer on USB: python-escpos and pyusb for real, over a bus in memory."""

import errno
from types import SimpleNamespace
from typing import Any

import pytest
import usb.backend
import usb.core

from hardware.drawing import draw_text
from hardware.escpos_printer import EscposPrinter
from hardware.ports import Outcome, Printed, PrinterStatus, Slip
from hardware.printer_ports import UsbPort
from hardware.virtual_printer.device import VirtualPrinter

VENDOR, PRODUCT, OUT, BACK = 0x04B8, 0x0E15, 0x02, 0x83
SLIP = Slip((draw_text("Phiếu mời", 384, 24),))


class Bus(usb.backend.IBackend):  # type: ignore[misc]
    """One printer whose endpoints lie where python-escpos does not look by itself."""

    def __init__(
        self, printer: VirtualPrinter, *, one_way: bool = False, forbidden: bool = False, deaf: bool = False
    ) -> None:
        self.printer, self.one_way, self.forbidden, self.deaf = printer, one_way, forbidden, deaf
        self.timeouts: list[int] = []

    def enumerate_devices(self) -> Any:
        return iter(["printer"] if self.printer.state.plugged else [])

    def get_device_descriptor(self, dev: Any) -> Any:
        words = "bcdUSB bDeviceClass bDeviceSubClass bDeviceProtocol bMaxPacketSize0 bcdDevice iProduct iManufacturer"
        named = {"idVendor": VENDOR, "idProduct": PRODUCT, "bNumConfigurations": 1}
        device = self._numbers(words + " iSerialNumber bus address port_number speed", **named)
        device.port_numbers = (1,)
        return device

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        if config:
            raise IndexError
        return self._numbers(
            "wTotalLength iConfiguration bmAttributes bMaxPower", bNumInterfaces=1, bConfigurationValue=1
        )

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        if intf or alt:
            raise IndexError
        ends = 1 if self.one_way or self.deaf else 2
        words = "bInterfaceNumber bAlternateSetting bInterfaceSubClass bInterfaceProtocol iInterface"
        return self._numbers(words, bNumEndpoints=ends, bInterfaceClass=7)

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> Any:
        return self._numbers(
            "bInterval bRefresh bSynchAddress",
            bEndpointAddress=(BACK if self.deaf else OUT, BACK)[ep],
            bmAttributes=2,
            wMaxPacketSize=64,
        )

    def open_device(self, dev: Any) -> Any:
        if self.forbidden:
            raise usb.core.USBError("Access denied", -3, errno.EACCES)
        return dev

    def set_configuration(self, handle: Any, value: int) -> None: ...
    def get_configuration(self, handle: Any) -> int:
        return 1

    def claim_interface(self, handle: Any, intf: int) -> None: ...
    def release_interface(self, handle: Any, intf: int) -> None: ...
    def close_device(self, handle: Any) -> None: ...
    def reset_device(self, handle: Any) -> None: ...

    def bulk_write(self, handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert ep == OUT
        self.timeouts.append(timeout)
        took = self.printer.receive(bytes(data))
        if took < len(data):
            raise usb.core.USBError("No such device", -4, errno.ENODEV)
        return took

    def bulk_read(self, handle: Any, ep: int, intf: int, buff: Any, timeout: int) -> int:
        assert ep == BACK
        if not self.printer.state.plugged:
            raise usb.core.USBError("No such device", -4, errno.ENODEV)
        said = self.printer.answers()
        if not said:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        for at, byte in enumerate(said):
            buff[at] = byte
        return len(said)

    @staticmethod
    def _numbers(names: str, **values: int) -> Any:
        zeros = dict.fromkeys(["bLength", "bDescriptorType", *names.split()], 0)
        return SimpleNamespace(**(zeros | values), extra_descriptors=())


def printer_on(bus: Bus, asks: bool = True, vendor: int = VENDOR) -> EscposPrinter:
    clock = iter(range(10**6))  # a second a look: nothing on this bus takes time
    return EscposPrinter(lambda: UsbPort(vendor, 0, bus), 384, asks=asks, clock=lambda: next(clock) / 10)


def test_a_slip_goes_over_the_endpoints_that_the_printer_has() -> None:
    device = VirtualPrinter(384)
    bus = Bus(device)
    printer = printer_on(bus)
    assert printer.print(SLIP) == Printed(Outcome.DONE, PrinterStatus.READY)
    assert len(device.paper.sheets) == 1
    assert min(bus.timeouts) > 0  # 0 would wait for ever
    device.paper.rows_left = 0
    assert printer.status() is PrinterStatus.NO_PAPER
    printer.close()


def test_a_printer_without_a_way_back_is_only_sent_to() -> None:
    device = VirtualPrinter(384)
    assert printer_on(Bus(device, one_way=True), asks=False).print(SLIP).outcome is Outcome.SENT
    assert len(device.paper.sheets) == 1


@pytest.mark.parametrize("after", [1100, 1300])
def test_a_cable_pulled_within_a_slip(after: int) -> None:
    device = VirtualPrinter(384)
    device.state.unplug_after = after
    printer = printer_on(Bus(device))
    assert printer.print(SLIP) == Printed(Outcome.UNKNOWN, PrinterStatus.ABSENT)
    assert printer.status() is PrinterStatus.ABSENT
    device.state.plugged = True
    assert printer.print(SLIP).outcome is Outcome.DONE


def test_another_maker_is_not_taken_and_a_forbidden_one_is_told() -> None:
    assert printer_on(Bus(VirtualPrinter(384)), vendor=0x1234).status() is PrinterStatus.ABSENT
    assert printer_on(Bus(VirtualPrinter(384), forbidden=True)).status() is PrinterStatus.FORBIDDEN


def test_a_printer_that_nothing_can_be_sent_to_is_at_fault() -> None:
    printer = printer_on(Bus(VirtualPrinter(384), deaf=True))
    assert printer.print(SLIP) == Printed(Outcome.NOT_STARTED, PrinterStatus.FAULT)


def test_what_a_driver_raises_beside_its_own_errors_is_a_printer_at_fault() -> None:
    """Whenever it comes: the page is told, and the next slip gets a new connection."""
    outcomes = set()
    for good in range(12):
        device = VirtualPrinter(384)
        bus = Breaking(device, good)
        printer = printer_on(bus)
        printed = printer.print(SLIP)
        outcomes.add(printed.outcome)
        assert (printed.status is PrinterStatus.FAULT) is (printed.outcome is not Outcome.DONE)
        bus.good = 10**6
        assert printer.print(SLIP).outcome is Outcome.DONE
        printer.close()
    assert outcomes == {Outcome.NOT_STARTED, Outcome.UNKNOWN, Outcome.DONE}


class Breaking(Bus):
    """Its driver has a fault of its own after `good` writes."""

    def __init__(self, printer: VirtualPrinter, good: int) -> None:
        super().__init__(printer)
        self.good = good

    def bulk_write(self, handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        self.good -= 1
        if self.good < 0:
            raise StopIteration
        return super().bulk_write(handle, ep, intf, data, timeout)
