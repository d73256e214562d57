/** Words of runs saved as tests, before publishing. */
export const flowTests = {
  "flowTests.title": "Tests",
  "flowTests.passed": "{{passed}} of {{count}} tests pass on this draft.",
  "flowTests.notTried": "{{count}} tests, not tried on this draft yet.",
  "flowTests.trying": "The tests are being tried …",
  "flowTests.try": "Try them now",
  "flowTests.help": "What goes outside is answered from the record; nothing is sent.",
  "flowTests.anyway": "Publish v{{number}} anyway",
} as const;
