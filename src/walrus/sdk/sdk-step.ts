/** A step of a write, for people to see: nothing is paid before its price was told. */
export type SdkStep =
  /** An upload relay wants this many MIST, which are within the cap. */
  | { readonly kind: "tip"; readonly host: string; readonly address: string; readonly amount: bigint }
  /** FROST for storage and write, within the cap. The transaction is sent next. */
  | { readonly kind: "register"; readonly blobId: string; readonly epochs: number; readonly cost: bigint }
  | { readonly kind: "registered"; readonly blobId: string; readonly objectId: string; readonly endEpoch: number }
  /** Weight of the storage nodes that hold their slivers. */
  | { readonly kind: "upload"; readonly blobId: string; readonly weight: number; readonly nShards: number }
  | { readonly kind: "uploaded"; readonly blobId: string; readonly epoch: number }
  /** FROST for more epochs, within the cap. The transaction is sent next. */
  | { readonly kind: "extend"; readonly blobId: string; readonly epochs: number; readonly cost: bigint }
  | { readonly kind: "certified"; readonly blobId: string; readonly objectId: string };
