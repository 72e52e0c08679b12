import type { EncoderPool } from "../encoder-pool.ts";
import type { TransferLimits } from "../exchange.ts";
import type { SdkNetwork } from "./sdk-network.ts";
import type { SdkStep } from "./sdk-step.ts";
import type { SuiClient } from "./sui-client.ts";
import type { SuiSigner } from "./sui-signer.ts";

export interface SdkBlobStoreOptions {
  readonly network: SdkNetwork | "testnet" | "mainnet";
  /** Absolute path of a folder that remembers writes under way. */
  readonly journalDir: string;
  /** Asked for once, when something must be paid for. Without it the store is only read. */
  readonly signer?: () => Promise<SuiSigner>;
  /** Epochs to pay for when a call names none. Default 5. */
  readonly epochs?: number;
  /** Uploads through this relay instead of to the storage nodes. */
  readonly relay?: {
    readonly host: string;
    /** MIST for one blob. Default 0.1 SUI. */
    readonly maxTip?: bigint;
  };
  /** FROST for one blob's storage and write. Default 10 WAL. */
  readonly maxCost?: bigint;
  /** MIST for the gas of one transaction. Default 0.1 SUI. */
  readonly maxGas?: bigint;
  /** Default: a client of the network's full node. */
  readonly suiClient?: SuiClient;
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: Partial<TransferLimits>;
  /** Workers for Blob IDs, left open by `close`. Without it the store has its own. */
  readonly pool?: EncoderPool;
  readonly onStep?: (step: SdkStep) => void;
}

export const DEFAULT_CAPS = { tip: 100_000_000n, cost: 10_000_000_000n, gas: 100_000_000n } as const;
