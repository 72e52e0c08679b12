/** One check of the contracts, taken away or made weaker by a change of text. */
export interface Mutant {
  /** Path below `contracts/`. */
  readonly file: string;
  /** What is no longer demanded. */
  readonly check: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/**
 * The file's text with the check taken away.
 * @throws RangeError if the text to change is not there, or there twice
 */
export function mutate(text: string, { file, check, find, replace }: Mutant): string {
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new RangeError(`${file}, ${check}: its text stands there ${text.split(find).length - 1} times, not once`);
  }
  return before + replace + after;
}
