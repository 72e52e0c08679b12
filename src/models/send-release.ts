import type { Log } from "ethers";
import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../errors.ts";
import { blobIdToHex } from "../walrus/blob-id.ts";
import type { BlobReference } from "../walrus/blob-store.ts";
import type { SentTransaction } from "./register.ts";
import { sendChange } from "./send-change.ts";

export interface SendReleaseOptions {
  readonly registry: ModelRegistry;
  readonly modelId: `0x${string}`;
  readonly name: string;
  readonly label: string | undefined;
  readonly manifestReference: BlobReference;
  readonly blobsHash: `0x${string}`;
  readonly endEpoch: number;
  readonly signal?: AbortSignal;
  readonly onSent?: (hash: string) => void;
}

/** A release as the contract takes it. */
export function releaseStruct(
  release: Pick<SendReleaseOptions, "manifestReference" | "blobsHash" | "endEpoch" | "label">,
) {
  const { manifestReference, blobsHash, endEpoch, label = "" } = release;
  const { blobId, contentHash, size } = manifestReference;
  return { manifest: { blobId: blobIdToHex(blobId), contentHash, size }, blobsHash, endEpoch, label };
}

/** The new version and the transaction that made it. */
export interface SentRelease {
  readonly version: number;
  readonly transaction: SentTransaction;
}

/**
 * The number of the version that a transaction made.
 * @throws ScrimshawError `models.version-unknown`
 */
export async function publishedVersion(
  registry: ModelRegistry,
  modelId: string,
  logs: readonly Log[],
): Promise<number> {
  const address = await registry.getAddress();
  for (const log of logs) {
    if (log.address !== address) continue;
    const event = registry.interface.parseLog(log);
    if (event?.name === "VersionPublished" && event.args[0] === modelId) return Number(event.args[1]);
  }
  throw new ScrimshawError({
    code: "models.version-unknown",
    expected: "the registry's word of a new version in the transaction",
    found: "none",
    next: "Check the registry's address: another contract seems to be there.",
  });
}

/**
 * Publishes a version whose bytes are stored.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function sendRelease(options: SendReleaseOptions): Promise<SentRelease> {
  const { registry, modelId, name, label, manifestReference, blobsHash, endEpoch, signal, onSent } = options;
  const { transaction, logs } = await sendChange({
    kind: "publish",
    what: `publish a version of ${name}`,
    send: () => registry.publish(modelId, releaseStruct({ manifestReference, blobsHash, endEpoch, label })),
    ...{ signal, onSent },
  });
  return { version: await publishedVersion(registry, modelId, logs), transaction };
}
