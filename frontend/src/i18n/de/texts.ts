/** What a catalogue of another language must hold: the English one's keys, no fewer and no more. */
export type Texts<English> = { readonly [Key in keyof English]: string };
