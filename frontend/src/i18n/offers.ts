/** Words for choosing among the tools that another program offers; part of `en`. */
export const offers = {
  "offers.changed": "It says something else of itself than when you ticked it. It is not used.",
  "offers.fetch": "Fetch the list",
  "offers.gone": "The server does not have it any more.",
  "offers.look": "I have looked at it",
  "offers.none": "None is ticked yet. Fetch the list, and tick what an agent may use.",
  "offers.nothing": "The server offers no tools.",
  "offers.theirs": "What is said of the tools comes from the server, and nobody has checked it.",
} as const;
