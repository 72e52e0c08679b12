import type { ClientWithCoreApi } from "@mysten/sui/client";
import type { WalrusClient } from "@mysten/walrus";

import type { ComputedBlob } from "../compute-blob-id.ts";
import type { ChainState } from "./chain-state.ts";
import type { RelayTip } from "./relay-tip.ts";
import type { SdkStep } from "./sdk-step.ts";
import type { SuiSigner } from "./sui-signer.ts";
import type { WriteEntry, WriteJournal } from "./write-journal.ts";

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
