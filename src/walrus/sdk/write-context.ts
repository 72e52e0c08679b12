import type { ClientWithCoreApi } from "@mysten/sui/client";
import type { WalrusClient } from "@mysten/walrus";

import type { ComputedBlob } from "../compute-blob-id.ts";
import type { ChainState } from "./chain-state.ts";
import type { RelayTip } from "./relay-tip.ts";
import type { SuiSigner } from "./sui-signer.ts";
import type { WriteEntry, WriteJournal } from "./write-journal.ts";

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

/** What one write works with. */
export interface WriteContext {
  readonly chain: ChainState;
  readonly suiClient: ClientWithCoreApi;
  readonly client: WalrusClient;
  readonly signer: SuiSigner;
  readonly owner: string;
  readonly computed: ComputedBlob;
  readonly epochs: number;
  readonly deletable: boolean;
  readonly tip: RelayTip | undefined;
  /** FROST. */
  readonly maxCost: bigint;
  /** MIST for one transaction. */
  readonly maxGas: bigint;
  readonly journal: WriteJournal;
  readonly onStep: (step: SdkStep) => void;
  readonly signal: AbortSignal | undefined;
}

/** Keeps what has changed of an entry, and gives the entry as it is now. */
export async function remember({
  context,
  entry,
  change,
}: {
  readonly context: WriteContext;
  readonly entry: WriteEntry;
  readonly change: Partial<WriteEntry>;
}): Promise<WriteEntry> {
  const changed = { ...entry, ...change };
  await context.journal.write({ blobId: context.computed.blobId, entry: changed });
  return changed;
}
