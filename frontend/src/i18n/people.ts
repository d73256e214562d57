/** Words for where flows meet people; part of `en`. */
export const people = {
  "waits.decide": "Decide",
};
