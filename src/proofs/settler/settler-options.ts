import type { Provider } from "ethers";

import type { ProofRegistry } from "../../../typechain/ProofRegistry.ts";
import type { BlobStore } from "../../walrus/blob-store.ts";
import { DEFAULT_RULES } from "./flush-rules.ts";
import type { FlushRules } from "./flush-rules.ts";
import type { SettlerQueue } from "./queue.ts";
import type { SettlerEvent } from "./settler-event.ts";

export interface SettlerOptions {
  readonly queue: SettlerQueue;
  readonly store: BlobStore;
  /** Connected to the settler's account. */
  readonly registry: ProofRegistry;
  readonly provider: Provider;
  /** The account that `registry` sends from; vanilla proofs must name it. */
  readonly settler: string;
  readonly rules?: Partial<FlushRules>;
  /** Walrus epochs to pay for; default: the store's. */
  readonly epochs?: number;
  /** Blocks on top of a settlement after which no reorganisation is reckoned with. Default 64. */
  readonly finality?: number;
  /** Milliseconds after which a transaction that is not mined is replaced by one with a higher fee. Default 60 seconds. */
  readonly replaceAfterMs?: number;
  /** The most to pay, in wei per gas. Default: no limit. */
  readonly maxFeePerGas?: bigint;
  /** Bytes that may wait, in batches or not, until the registry holds them; more are refused until then. Default 4 GiB. */
  readonly maxWaitingBytes?: number;
  /** Milliseconds between looks at the chain. Default 1 second. */
  readonly pollMs?: number;
  /** Milliseconds since 1970; default: the system's clock. */
  readonly now?: () => number;
  readonly onEvent?: (event: SettlerEvent) => void;
}

/** What its steps need, defaults filled in. */
export interface SettlerContext
  extends
    Required<Omit<SettlerOptions, "epochs" | "maxFeePerGas" | "rules">>,
    Pick<SettlerOptions, "epochs" | "maxFeePerGas"> {
  readonly rules: FlushRules;
}

export function settlerContext(options: SettlerOptions): SettlerContext {
  return {
    finality: 64,
    replaceAfterMs: 60_000,
    maxWaitingBytes: 4 * 2 ** 30,
    pollMs: 1_000,
    now: () => Date.now(),
    onEvent: () => undefined,
    ...options,
    rules: { ...DEFAULT_RULES, ...options.rules },
  };
}
