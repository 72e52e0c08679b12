import { Ed25519Keypair } from "@mysten/sui/keypairs/ed25519";
import { WalrusClient } from "@mysten/walrus";

import { EncoderPool } from "../../../src/walrus/encoder-pool.ts";
import { LocalWalrus, type LocalWalrusOptions } from "../../../src/walrus/local/local-walrus.ts";
import { LOCAL_PACKAGE } from "../../../src/walrus/local/sui-state/local-package.ts";
import { LocalSuiClient } from "../../../src/walrus/local/sui-state/local-sui-client.ts";
import { SdkBlobStore } from "../../../src/walrus/sdk/sdk-blob-store.ts";
import type { SdkNetwork } from "../../../src/walrus/sdk/sdk-network.ts";
import type { SdkBlobStoreOptions } from "../../../src/walrus/sdk/sdk-store-options.ts";
import type { SdkStep } from "../../../src/walrus/sdk/sdk-step.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../temporary-directory.ts";

export const LOCAL_NETWORK: SdkNetwork = {
  name: "local",
  systemObjectId: LOCAL_PACKAGE.systemObjectId,
  stakingPoolId: LOCAL_PACKAGE.stakingPoolId,
  nShards: 10,
  storageNodeScheme: "http",
  suiUrl: "http://sui.invalid",
};

/** A network with its Sui, and a key of someone on it. */
export interface Local {
  readonly walrus: LocalWalrus;
  readonly sui: LocalSuiClient;
  readonly signer: Ed25519Keypair;
  readonly steps: SdkStep[];
  readonly journalDir: string;
  /** The SDK's own client. */
  readonly client: () => WalrusClient;
  readonly store: (options?: Partial<SdkBlobStoreOptions>) => SdkBlobStore;
  /** What the transactions carried out did, in their order. */
  readonly calls: () => readonly string[];
}

export interface SdkTests {
  readonly start: (options?: Partial<LocalWalrusOptions>) => Promise<Local>;
}

/**
 * Gives each test of the surrounding `describe` a network of 10 shards and 4 nodes in epoch 1. Tests share one until its epoch ends; each
 * has its own Sui, whose transactions are its own.
 */
export function useSdk(): SdkTests {
  const directories: TemporaryDirectory[] = [];
  const running: LocalWalrus[] = [];
  let pool: EncoderPool;
  let shared: LocalWalrus | undefined;
  const open = async (options: Partial<LocalWalrusOptions>): Promise<LocalWalrus> => {
    const directory = await temporaryDirectory();
    directories.push(directory);
    const walrus = await LocalWalrus.start({ directory: directory.path, nShards: 10, nodes: 4, pool, ...options });
    running.push(walrus);
    return walrus;
  };
  before(() => {
    pool = new EncoderPool();
  });
  beforeEach(function () {
    this.currentTest?.timeout(60_000);
  });
  afterEach(() => shared?.faults.clear());
  after(async () => {
    for (const walrus of running) await walrus.stop();
    await pool.close();
    for (const directory of directories) await directory[Symbol.asyncDispose]();
  });
  return {
    start: async (options) => {
      if (options === undefined && shared?.epoch !== 1) shared = await open({});
      const walrus = options === undefined && shared !== undefined ? shared : await open(options ?? {});
      const folder = await temporaryDirectory();
      directories.push(folder);
      const sui = new LocalSuiClient(walrus.system);
      const signer = Ed25519Keypair.fromSecretKey(new Uint8Array(32).fill(7));
      const steps: SdkStep[] = [];
      const journalDir = `${folder.path}/journal`;
      return {
        walrus,
        sui,
        signer,
        steps,
        journalDir,
        client: () => new WalrusClient({ packageConfig: LOCAL_PACKAGE, suiClient: sui, storageNodeUrlScheme: "http" }),
        store: (more = {}) =>
          new SdkBlobStore({
            network: LOCAL_NETWORK,
            suiClient: sui,
            journalDir,
            pool,
            signer: () => Promise.resolve(signer),
            onStep: (step) => steps.push(step),
            ...more,
          }),
        calls: () => sui.transactions.flatMap(({ functions }) => functions),
      };
    },
  };
}

export function text(words: string): Uint8Array {
  return new TextEncoder().encode(words);
}
