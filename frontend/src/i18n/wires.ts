/** Words for wires: what they may not do, and drawing them by keyboard; part of `en`. */
export const wires = {
  "wire.delete": "Remove this wire",
  "wire.insert": "Put a step in here",
  "wire.name": "Wire from {{from}} to {{to}}",
  "wire.refused.cycle": "This would go round in a circle. Use a Repeat step to do something again.",
  "wire.refused.duplicate": "These two are already wired.",
  "wire.refused.no_entrance": "A wire cannot end here.",
  "wire.refused.no_exit": "A wire cannot begin here.",
  "wire.refused.self": "A step cannot be wired to itself.",
  "wire.refused.taken": "Only one wire fits here.",
  "wire.refused.unknown_step": "This step is gone.",
  "wires.choose": "Select a step first",
  "wires.none": "There is no other step it could go to. Press N to add one.",
  "wires.now": "Goes to",
  "wires.possible": "Wire it to",
  "wires.title": "Wires of “{{name}}”",
  "wires.to": "to",
} as const;
