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
  "help.label": "Help",
  "help.tour": "Show me around",
  "model.connect": "Connect your own model",
  "tour.add":
    "Press the + at a step’s exit and pick what happens next. Wires carry the data along.",
  "tour.addTitle": "Add a step",
  "tour.back": "Back",
  "tour.close": "End the tour",
  "tour.done": "Done",
  "tour.help":
    "Whatever you do here can be undone, and is saved by itself. This tour is there again under the question mark.",
  "tour.helpTitle": "Nothing breaks",
  "tour.next": "Next",
  "tour.publish":
    "Until you publish, nobody but you can start it. Later changes wait for you to publish again.",
  "tour.publishTitle": "Make it live",
  "tour.start":
    "This step starts your flow. Double-click a step, or press Enter, to see its settings and data.",
  "tour.startTitle": "It begins here",
  "tour.step": "{{number}} of {{count}}",
  "tour.test":
    "Test runs your draft at once. Each step then shows what went in, what came out, and why.",
  "tour.testTitle": "Try it",
} as const;
