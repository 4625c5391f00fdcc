"""What can be wrong with a device beyond its absence, which is a status: one class per decision of the caller."""


class HardwareError(Exception):
    """Root of this package's errors."""

    code = "hardware"
    hint = "See the message."


class BadPanelSettings(HardwareError):
    """Settings that no panel can be built from."""

    code = "panel_settings"
    hint = "Correct the panel's section in the kiosk's configuration file."


class BadScannerSettings(HardwareError):
    """Settings that no scanner can be built from."""

    code = "scanner_settings"
    hint = "Correct the section [scanner] of the kiosk's configuration file."


class BadPrinterSettings(HardwareError):
    """Settings that no printer can be reached by."""

    code = "printer_settings"
    hint = "Correct the printer's section in the configuration file."


class NoPrintFont(HardwareError):
    """The font that slips are drawn with is not on this machine."""

    code = "print_font"
    hint = "Install the Debian package fonts-liberation2 (deploy/system-packages.sh print)."
