"""The words in which every process logs: one JSON line per event, its name from this catalogue. Never an answer.

docs/events.md is printed from `EVENTS`; a test keeps the two equal.
"""

import json
import logging
from collections.abc import Mapping

EVENTS: Mapping[str, str] = {
    "agent.failed": "A turn of the agent's loop failed in a way nobody foresaw; the loop goes on.",
    "alerts.judged": "The office looked at the running rounds; how many alerts are `new` follows.",
    "answer.finished": "A citizen's answer at the screen was sealed; nothing of it follows.",
    "answer.recovered": "An answer left unfinished by a power cut was finished as partial at start.",
    "audit.noted": "A line was added to the log of who did what; its `number`, `digest` and `action` follow.",
    "backlight.failed": "A lamp of the screen cannot be set, and a shade is drawn instead; `lamp` and `reason` follow.",
    "ballast.freed": "The disk is full: the room held for recording was given to it; `free_bytes` follow.",
    "ballast.kept": "Room for recording on a full disk is held again; `free_bytes` follow.",
    "batch.received": "The centre stored a batch and signed for it; `kiosk` and counts follow.",
    "card.outcome_unreadable": "Why `hailong.toml` was not used cannot be read, and is not shown; `why` follows.",
    "delivery.completed": "The centre's receipt was verified and its records released; their numbers follow.",
    "delivery.failed": "A batch brought no receipt; `why`, `failures` in a row and `wait_s` follow.",
    "enrolment.awaited": "The agent of a kiosk without a point waits for a code.",
    "enrolment.completed": "The agent used a code and pinned the office's key; `kiosk` and `point` follow.",
    "enrolment.entered": "The screen of a kiosk without a point changed; `place` and `why` follow, never a code.",
    "enrolment.failed": "An enrolment stopped at this machine's own disk; `why` follows.",
    "enrolment.offered": "The office made a one-time code; plan and point follow, never the code.",
    "enrolment.refused": "Somebody asked to enrol without knowing a valid code; `why` follows.",
    "enrolment.repeated": "A used code came again from another machine, an incident; `kiosk`, `again` follow.",
    "heartbeat.failed": "The centre did not answer a heartbeat with its signed time.",
    "input.opened": "The one source of touches was opened; `source` and `device` follow.",
    "kiosk.enrolled": "A kiosk used its code; `kiosk`, `plan` and `point` follow.",
    "kiosk.forked": "A kiosk's chain has two ends: a copied card, or records taken away; an incident was opened.",
    "kiosk.paused": "The outbox cannot keep answers; «tạm ngừng» is shown.",
    "kiosk.resumed": "The outbox keeps answers again.",
    "languages.refused": "A kiosk told of languages at a point where it never stood; `kiosk` and `number` follow.",
    "login.failed": "A sign-in to the office's pages was refused or locked out.",
    "metrics.certificate_unread": "The certificate whose end /metrics should tell cannot be read; `why` follows.",
    "notice.loaded": "The office set what citizens of a point are told; `plan`, `point` and `n` (0: no figure) follow.",
    "notice.refused": "A notice to the citizens cannot be used or kept; the survey goes on without it; `why` follows.",
    "notice.removed": "The office tells the citizens of this point nothing any more; `plan` and `point` follow.",
    "notice.taken": "A new notice to the citizens was taken up; `plan` and `point` follow.",
    "offer.made": "The office offers a kiosk what it is to ask; `kiosk`, `serial`, `form` and `version` follow.",
    "offer.refused": "The agent did not take what the office offered, and tells it; `serial`, `code`, `why` follow.",
    "offer.taken": "Another form or place counts; `plan`, `point`, `form`, `version`, `serial` follow.",
    "offer.untidied": "A form that is asked no more could not be removed now; tried at the next start; `why` follows.",
    "outbox.checkpoint_failed": "The log could not be copied into the database now; nothing is lost.",
    "outbox.damaged": "The outbox is not what was written; nothing was changed, and nothing is asked; `why` follows.",
    "outbox.draft_damaged": "A draft could not be read and was set aside.",
    "outbox.failed": "The agent could not use the outbox; `code` and `hint` follow.",
    "outbox.receipt_unused": "A receipt spoke of records that are no longer held.",
    "outbox.records_damaged": "Records whose digest no longer fits were set aside; their numbers follow.",
    "panel.alarm": "A panel has been down for 20 s, or is up and ill; `panel`, `box`, `trouble` and `note` follow.",
    "panel.box_bound": "The first box met at a panel belongs to it from now on; `panel` and `box` follow.",
    "panel.counts_differ": "A box counted other presses than the disk; `panel`, `told` and `held` follow.",
    "panel.box_named": "A terminal without identity was given one; `panel` and `box` follow.",
    "panel.failed": "A panel failed in a way nobody foresaw and is opened anew; `panel` and the trace follow.",
    "panel.faults_changed": "A box reports other faults than before, or none; `panel` and `faults` follow.",
    "panel.lamp_failed": "A lamp on the pins fails, which stops nothing; `panel`, `lamp`, `reason` follow.",
    "panel.link_changed": "A serial panel became up, silent or absent; `panel`, `box`, `link`, `reason` follow.",
    "panel.note_failed": "What a panel told could not be kept for the agent now; tried again each second.",
    "panel.pins_refused": "The GPIO pins could not be had, tried again every 5 s; `panel` and `reason` follow.",
    "panel.recovered": "A panel is well again; `panel` and `box` follow.",
    "panel.reported": "A kiosk told of a button panel that a person must look at; `kiosk` and `code` follow.",
    "partition.left_out": "A coming month could not be made; tried at the next start; `month`, `reason` follow.",
    "partition.made": "A month of records' bytes was made ahead in PostgreSQL; `month` follows.",
    "phone.failed": "A page for citizens' phones failed in a way nobody foresaw; the trace follows, never the code.",
    "phone.not_counted": "What counts against stuffing could not be kept (`why`); all are served, bursts go unflagged.",
    "phone.sweep_failed": "Forgotten answers on phones could not be sealed now, and stay; `why` follows.",
    "phone.swept": "Answers begun on phones and forgotten were sealed as they stood; their number follows.",
    "post.delayed": "A message to a subscriber was not delivered and is tried again;"
    " `kind`, `subscriber`, `tries`, `why` follow.",
    "post.given_up": "A message was not delivered within a day, or can never be; it stands with the dead letters;"
    " `why` follows.",
    "post.sent": "A message was delivered to a subscriber; `kind`, `subscriber` and `tries` follow.",
    "sealed.exported": "What waits was written into a sealed file; `count` and how many are `left` follow.",
    "sealed.imported": "The office took a sealed file in; `kiosk` and counts follow.",
    "sealed.receipts_taken": "The centre's receipts came by a file; `receipts`, `released` and `refused` follow.",
    "sealed.refused": "A sealed file was not taken by the office, and nothing of it stored; `why` follows.",
    "press.delayed": "A press waits with its panel because the outbox cannot keep it now.",
    "press.recorded": "A press became an answer; `panel` follows, never the button.",
    "press.refused": "A press that no question takes stays with its panel.",
    "press.tested": "A press of a technician's button test was told apart: counted, no answer; `panel` follows.",
    "printer.port_broken": "A driver or library failed in a way that nobody foresaw; the trace follows, and the "
    "printer counts as at fault.",
    "printer.slip_interrupted": "A slip was begun and its end was not heard of: somebody must look at the paper; "
    "`status` follows, nothing of the slip.",
    "printer.status_changed": "The receipt printer is another than before; `status` and `before` follow.",
    "process.failed": "A process ends because of an error that nobody foresaw; the trace follows.",
    "process.started": "A process is up; what it serves follows.",
    "process.stopped": "A process ends in order.",
    "record.refused": "The centre did not take a record; it is in quarantine; `seq`, `verdict` and `code` follow.",
    "request.failed": "The office failed on a request in a way nobody foresaw; the trace follows.",
    "rescue.adopted": "An old card's data counts here now; `kiosk`, `pending`, `marked` (the old card) follow.",
    "rescue.salvaged": "What a damaged outbox still held was written anew; counts follow.",
    "round.frozen": "A round's figures were frozen and signed; `version` and how many `records` follow.",
    "scanner.failed": "The code scanner failed in a way nobody foresaw and is opened anew; the trace follows.",
    "scanner.link_changed": "The code scanner became up or absent; `scanner`, `link`, `reason` follow, never a code.",
    "service.entered": "The service menu went to another place; `place` and `role` follow, never a code.",
    "service.locked": "Wrong codes in a row lock the service menu's pad; `wrong` and `seconds` follow.",
    "service.machine_asked": "A technician said at the service menu that the card was moved here on purpose.",
    "service.machine_not_asked": "That the card was moved here could not be written; `why` follows.",
    "service.note_failed": "What the service menu keeps could not be read or written now; `code` follows.",
    "service.order_failed": "The disk did not take a pause or its end, so nothing changed; `code` and `hint` follow.",
    "service.stick_asked": "A technician asked at the service menu to let a stick in.",
    "service.stick_not_asked": "The wish to let a stick in could not be written; `why` follows.",
    "service.order_followed": "The kiosk follows the office's order to serve or stop; `state` follows.",
    "service.order_refused": "An order to serve or stop cannot be read or kept; `why` follows.",
    "service.order_taken": "The office's signed order to serve or stop was kept; `state` and `serial` follow.",
    "service.ordered": "The office orders a kiosk to serve, wait or stop; `kiosk`, `state` and `serial` follow.",
    "service.survey_paused": "A person paused the survey at the service menu; `reason` follows.",
    "service.survey_resumed": "A person ended the pause; its `reason` follows.",
    "slip.refused": "What a counter told of a slip does not fit and was kept aside; `kiosk` and `code` follow.",
    "slip.withdrawn": "The holder of a slip took the answer back, or its right to one; `outcome` follows.",
    "slips.failed": "The counter's book of slips cannot be read or written now; answers go on.",
    "slips.forgotten": "Rows from slips to records are deleted, points' keys destroyed; `links` and `keys` follow.",
    "slips.key_missing": "The office's slip key is gone: slips rest until it is back; `hint` follows.",
    "slips.left_out": "What a heartbeat does for slips failed; it was answered without. `kiosk` and the fault follow.",
    "slips.not_told": "The centre's signed word for the counter's slips did not come; they are told again.",
    "slips.row_damaged": "A slip in the counter's book cannot be read and is passed over; its place `n` follows.",
    "slips.setup_refused": "What the office sent to make slips with cannot be used or kept; `why` follows.",
    "slips.setup_removed": "This point makes no slips any more; `plan` and `point` follow.",
    "slips.setup_taken": "What slips are made and judged with has come from the office; `plan` and `point` follow.",
    "slips.told": "The centre has the counter's slips; `count` follows.",
    "service.touch_tested": "Four crosses were touched; `worst_mm` and what explains touches that are far off follow.",
    "slip.not_taken": "A code was shown for which no form starts; `why` follows, never the code.",
    "slip.taken": "A slip was shown, and the form is for it now; nothing of it follows.",
    "slip.used_twice": "An answer's slip had been used meanwhile; the answer was kept without it, flagged.",
    "slip.setup_refused": "What lies on the disk of how this point's slips are made cannot be used; `why` follows.",
    "slip.setup_taken": "The kiosk knows how this point's slips are made; `plan` and `point` follow.",
    "start.checked": "Before a kiosk's services start: `file_system` and `outbox` as they were found.",
    "standing.refused": "The assignment or form on the disk cannot be used; `why` follows.",
    "standing.taken": "The kiosk took up an assignment and a form.",
    "station.failed": "The counter's page could not do what was asked now; `code` and `why` follow, never a dossier.",
    "station.keeping_failed": "Links could not be destroyed now; tried again within the hour; the trace follows.",
    "station.link_unread": "The way back from a slip could not be opened; `reason` follows.",
    "station.links_destroyed": "Links of a day are destroyed; `day`, `slips` and the log's digest `head` follow.",
    "station.print_failed": "A slip is not, or not surely, on paper; `outcome` and the printer's `status` follow.",
    "station.setup_refused": "The file with the point's slip setup cannot be used; `why` follows.",
    "station.setup_taken": "The counter station took up a slip setup; the point's `number` follows.",
    "tick.failed": "Something that the office does by itself failed in a way nobody foresaw and is tried again;"
    " `tick` follows.",
    "touch.found": "The touch device is read; `device` follows.",
    "touch.lost": "The touch device is gone, or no touch screen, and is looked for; `device` and `reason` follow.",
    "usb.command_failed": "A program that serves a stick could not be run; `command` and `why` follow.",
    "usb.judged": "A USB device was plugged in, or judged anew; its ids, whether it was `let_in` and `why` follow.",
    "usb.kiosk_restarting": "The kiosk's settings were changed and nobody sits at it: it is started anew.",
    "usb.not_applied": "The kernel did not take what was judged of a USB device; `path` and `why` follow.",
    "usb.settings_unread": "The settings of USB cannot be used: nothing more is let in; `why` and `hint` follow.",
    "usb.stick_unreadable": "A stick could not be mounted, or has no folder for us; `why` follows.",
    "usb.task_ended": "One thing that a stick is for ended; `task`, `code` and `count` follow.",
    "usb.task_failed": "One thing that a stick is for failed; `task` and `why` follow.",
    "usb.typing_refused": "A USB device types without having said so, and its interface was put out; its ids follow.",
    "update.begun": "A system bundle is being written to the other slot; `version` and `digest` follow.",
    "update.failed": "A system bundle could not be written, and is tried again; `version` and `why` follow.",
    "update.installed": "The other slot holds the new system, from which the machine starts next; `version` follows.",
    "update.proved": "The new system has shown frames, input and a test answer, and is kept; `version` follows.",
    "update.refused": "A system bundle is not installed; `why` follows.",
    "update.restarting": "Nobody sits at the kiosk: the machine restarts into the new system.",
    "update.unproved": "The new system has not shown in time what it must; `version` and `why` follow.",
    "update.went_back": "The machine runs the old system again, for the new one failed; `version` and `why` follow.",
    "bundle.failed": "A system bundle could not be fetched or kept now; tried again; `why` follows.",
    "bundle.fetched": "A system bundle lies whole on the disk and is what the trusted repository says; `version`"
    " follows.",
    "bundle.refused": "A fetched bundle was not what the trusted repository says, and was thrown away; `version`"
    " follows.",
    "release.refused": "The office named a system that is none, or not for this machine; `why` follows.",
    "repository.refused": "The trusted repository is not believed now; `code` and `why` follow.",
    "repository.root_pinned": "This kiosk trusts the office's repository from now on; version `root` follows.",
    "repository.root_refused": "What should have been the repository's root is none; `why` follows.",
    "release.halted": "A release of the system is not offered any more: too many kiosks went back, or a person"
    " stopped it; `version` and `why` follow.",
    "release.opened": "A ring of kiosks may take a release; `version` and `ring` follow.",
    "updates.left_out": "What a kiosk told of its system, or what it should be told, could not be used; its heartbeat"
    " stands; `why` follows.",
    "voice.changed": "What is read out can be heard again, or not; `status` and `reason` follow, never what was said, "
    "its language or its file.",
}


class JsonLine(logging.Formatter):
    """Formats `logger.info(event, extra={"fields": {...}})` as one line for journald (which adds the time)."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send every log line of this process to standard error in this format."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
