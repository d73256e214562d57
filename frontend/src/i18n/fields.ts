/** Words of single fields of a form; part of `en`. */
export const fields = {
  "connection.add": "Add a connection",
  "connection.gone": "A connection that is gone",
  "connection.none": "None",
  "model.none": "No model is set up yet",
  "model.notReady": "{{name}} (not ready)",
  "model.usual": "{{name}}",
  "webhook.copy": "Copy the address",
  "webhook.live": "Live address",
  "webhook.test": "Test address, runs the draft",
  "webhook.whenLive": "Address once it is published",
} as const;
