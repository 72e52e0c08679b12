/** Pieces of one running hash for the thread, which gives them back once they are hashed. */
export interface HashRequest {
  readonly job: number;
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
  /** The hash of all pieces so far is wanted; the next ones begin another. */
  readonly end: boolean;
}

export interface HashAnswer {
  readonly job: number;
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
  readonly digest: `0x${string}` | undefined;
}
