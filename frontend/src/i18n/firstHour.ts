/** Words for beginning: who is told of failures, the tour, a model of one's own; part of `en`. */
export const firstHour = {
  "alert.by": "By",
  "alert.byHelp": "To reach a real mailbox, add a connection of the kind “Mail server”.",
  "alert.discard": "Leave it as it is",
  "alert.help":
    "One mail in 15 minutes at most, with a link to the step that failed. Tests do not count.",
  "alert.none": "Nobody",
  "alert.onMissed": "Also when the clock could not start it",
  "alert.outbox": "Outbox: kept here, sent to nobody",
  "alert.problem": "The last mail was not sent: {{why}}",
  "alert.save": "Save who is told",
  "alert.saved": "They will be told.",
  "alert.savedNone": "Nobody will be told.",
  "alert.title": "Tell me when it fails",
  "alert.to": "Send a mail to",
  "alert.toHelp": "Several addresses are separated by commas.",
} as const;
