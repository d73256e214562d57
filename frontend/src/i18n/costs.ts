/** Words for what models took; part of `en`. */
export const costs = {
  "costs.badge": "{{cost}} · {{tokens}} tokens",
  "costs.help_one": "What models took in this step: one call.",
  "costs.help_other": "What models took in this step: {{count}} calls.",
  "costs.run": "Models: {{cost}} · {{tokens}} tokens",
  "costs.saved": "{{saved}} saved by kept answers",
  "tries.known": "{{model}}: from memory, nothing was asked",
  "tries.usage": "{{model}}: {{tokensIn}} tokens in, {{tokensOut}} out",
};
