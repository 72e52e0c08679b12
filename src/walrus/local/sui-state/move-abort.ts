/** A transaction that Sui would have refused or aborted, with the reason. */
export class MoveAbort extends Error {
  override readonly name = "MoveAbort";
}
