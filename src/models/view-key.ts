/** The name of a version's folder in the cache: its manifest's hash, and the choice when only some files were asked for. */
export function viewKey(manifestHash: string, choice: string | undefined): string {
  return choice === undefined ? manifestHash : `${manifestHash}-${choice}`;
}
