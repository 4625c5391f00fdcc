"""PREVIEW: a form's screens as a kiosk shows them, drawn by the kiosk's own rules. Knows forms and figures; no page."""
