import type { ResolvedConfigurationVariable } from "hardhat/types/config";
import { homedir } from "node:os";
import { resolve } from "node:path";
import type { StoragePrices } from "../walrus/system.ts";
import { type AttesterConfig, resolveAttesters } from "./attester-config.ts";
import type { ScrimshawUserConfig, WalrusUserConfig } from "./config-schema.ts";

/** Where the local network's publisher and aggregator listen; both are one server. */
export const LOCAL_WALRUS_URL = "http://127.0.0.1:31415";

/** Where `hardhat dev` serves its chain. */
export const LOCAL_CHAIN_URL = "http://127.0.0.1:8545";

/** Shards of mainnet, testnet and, unless told otherwise, the local network. */
export const SHARDS = 1000;

export interface ScrimshawConfig {
  /** Network of the commands when `--network` is not given. */
  readonly network: string;
  /** Absolute path of the file that says where the contracts are, by chain id. */
  readonly deployments: string;
  /** The same for development chains: in a folder that is not shared. */
  readonly localDeployments: string;
  /** Names for addresses, as used in `<creator>/<name>`. */
  readonly addressBook: Readonly<Record<string, string>>;
  /** Absolute path of the folder that keeps pulled bytes. */
  readonly cache: string;
  /** Attesters by the names that `--attester` takes, and where their keys are. */
  readonly attesters: Readonly<Record<string, AttesterConfig>>;
}

/** Servers that anyone may use. On mainnet no publisher is open, for each blob costs its owner. */
const PUBLIC_SERVERS = {
  testnet: {
    publishers: ["https://publisher.walrus-testnet.walrus.space"],
    aggregators: ["https://aggregator.walrus-testnet.walrus.space"],
  },
  mainnet: { publishers: [], aggregators: ["https://aggregator.walrus-mainnet.walrus.space"] },
} as const;

/** Pays with a key of one's own, and uploads to the storage nodes or a relay. */
export interface SuiWriterConfig {
  /** In Sui's own form, `suiprivkey1...`; read when something is paid for. */
  readonly privateKey: ResolvedConfigurationVariable;
  /** A Sui full node's gRPC service, in place of the network's public one. */
  readonly url: string | undefined;
  /** An upload relay. */
  readonly relay: string | undefined;
  /** Caps for one blob: of the relay's tip and of one transaction's gas in MIST, of Walrus's price in FROST. */
  readonly maxTip: bigint | undefined;
  readonly maxGas: bigint | undefined;
  readonly maxCost: bigint | undefined;
  /** Absolute path of the folder that remembers writes under way. */
  readonly journalDir: string;
}

export interface WalrusConfig {
  /** Where epoch, prices and committee are learned: from a local network itself, else from Sui. */
  readonly network: "local" | "testnet" | "mainnet";
  /** Base URLs, tried in order. */
  readonly publishers: readonly string[];
  readonly aggregators: readonly string[];
  /** Epochs to pay for when a blob is stored. */
  readonly epochs: number;
  /** Shards of the network; it decides every Blob ID. 1000 on mainnet and testnet. */
  readonly nShards: number;
  /** Absolute path of the folder in which the local network keeps its data. */
  readonly storageDir: string;
  /** The JWT for publishers that ask for one; read when a blob is stored. */
  readonly publisherToken: ResolvedConfigurationVariable | undefined;
  /** The secret with which a publisher's JWTs are signed (HS256): one is made for each upload. The local network asks for them by it. */
  readonly publisherSecret: ResolvedConfigurationVariable | undefined;
  /** How blobs are paid for on Sui directly, without a publisher; undefined where publishers do it. */
  readonly sui: SuiWriterConfig | undefined;
  /** Prices to reckon with where the network does not tell its own. */
  readonly prices: StoragePrices | undefined;
}

export interface ResolveOptions {
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly resolveVariable: (
    variable: NonNullable<WalrusUserConfig["publisherToken"]>,
  ) => ResolvedConfigurationVariable;
}

/** The `scrimshaw` section with its defaults; paths are resolved from the project's root. */
export function resolveScrimshawConfig(
  user: ScrimshawUserConfig | undefined,
  { root, environment, resolveVariable }: ResolveOptions,
): ScrimshawConfig {
  const caches = environment.XDG_CACHE_HOME ?? resolve(homedir(), ".cache");
  return {
    network: user?.network ?? "localhost",
    deployments: resolve(root, user?.deployments ?? "deployments.json"),
    localDeployments: resolve(root, ".scrimshaw/deployments.json"),
    addressBook: user?.addressBook ?? {},
    cache: resolve(root, user?.cache ?? environment.SCRIMSHAW_CACHE ?? resolve(caches, "scrimshaw")),
    attesters: resolveAttesters(user?.attesters, { root, resolveVariable }),
  };
}

/**
 * The `walrus` section with its defaults: the local network, at `SCRIMSHAW_WALRUS_URL` if that is set, with
 * `SCRIMSHAW_WALRUS_SHARDS` shards and tokens signed with `SCRIMSHAW_WALRUS_SECRET`; or the public servers of the network that is named.
 */
export function resolveWalrusConfig(
  user: WalrusUserConfig | undefined,
  { root, environment, resolveVariable }: ResolveOptions,
): WalrusConfig {
  const local = environment.SCRIMSHAW_WALRUS_URL ?? LOCAL_WALRUS_URL;
  const network = user?.network ?? "local";
  const servers = network === "local" ? { publishers: [local], aggregators: [local] } : PUBLIC_SERVERS[network];
  return {
    network,
    publishers: user?.publishers ?? servers.publishers,
    aggregators: user?.aggregators ?? servers.aggregators,
    epochs: user?.epochs ?? 5,
    nShards: user?.nShards ?? shardCount(environment.SCRIMSHAW_WALRUS_SHARDS) ?? SHARDS,
    storageDir: resolve(root, user?.storageDir ?? ".scrimshaw/walrus"),
    publisherToken: user?.publisherToken === undefined ? undefined : resolveVariable(user.publisherToken),
    publisherSecret: resolveSecret(user, { environment, resolveVariable }),
    sui: resolveSui(user?.sui, { root, resolveVariable }),
    prices: user?.prices,
  };
}

/** From an environment variable, where everything is text; undefined if it is no number of shards. */
function shardCount(text: string | undefined): number | undefined {
  const count = text === undefined || text.trim() === "" ? NaN : Number(text);
  return Number.isInteger(count) && count >= 4 && count <= 1000 ? count : undefined;
}

/** As configured; for a local network from the environment else, so that it can be tried without touching the configuration. */
function resolveSecret(
  user: WalrusUserConfig | undefined,
  { environment, resolveVariable }: Pick<ResolveOptions, "environment" | "resolveVariable">,
): ResolvedConfigurationVariable | undefined {
  if (user?.publisherSecret !== undefined) return resolveVariable(user.publisherSecret);
  const isLocal = (user?.network ?? "local") === "local" && user?.publisherToken === undefined;
  if (!isLocal || environment.SCRIMSHAW_WALRUS_SECRET === undefined) return undefined;
  return resolveVariable({ _type: "ConfigurationVariable", name: "SCRIMSHAW_WALRUS_SECRET" });
}

function resolveSui(
  sui: WalrusUserConfig["sui"],
  { root, resolveVariable }: Pick<ResolveOptions, "root" | "resolveVariable">,
): SuiWriterConfig | undefined {
  if (sui === undefined) return undefined;
  const { privateKey, url: suiUrl, relay, maxTip, maxGas, maxCost } = sui;
  const journalDir = resolve(root, ".scrimshaw/writes");
  return { privateKey: resolveVariable(privateKey), url: suiUrl, relay, maxTip, maxGas, maxCost, journalDir };
}
