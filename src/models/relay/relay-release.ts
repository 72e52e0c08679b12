import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { callChain } from "../../chain/revert.ts";
import { ScrimshawError } from "../../errors.ts";
import type { BlobStore } from "../../walrus/blob-store.ts";
import { fetchManifest } from "../fetch-manifest.ts";
import { modelIdOf } from "../model-id.ts";
import { findVersion } from "../records.ts";
import type { VersionRecord } from "../records.ts";
import type { SentTransaction } from "../register.ts";
import { resolveModel } from "../resolve.ts";
import { sendChange } from "../send-change.ts";
import type { ChangeOptions } from "../send-change.ts";
import { chainIdOf, requireTimeLeft } from "./sign-release.ts";
import { publishForArguments } from "./release-wish.ts";
import type { SignedRelease } from "./release-wish.ts";
import { versionOf } from "../version-of.ts";

/** Three times what a key's signature takes; a wallet that answers for itself may take more. */
const DEFAULT_MAX_GAS = 500_000n;

export interface RelayReleaseOptions extends ChangeOptions {
  /** Connected to the signer that sends and pays. */
  readonly registry: ModelRegistry;
  readonly signed: SignedRelease;
  /** Where the manifest is read, so that nobody pays for a version without bytes. */
  readonly store: BlobStore;
  /** The most gas to pay for: a publisher's wallet is code of a stranger's. Default 500,000. */
  readonly maxGas?: bigint;
}

/** A version that exists on chain now. */
export interface RelayedRelease {
  /** `unchanged`: somebody sent it before. */
  readonly outcome: "published" | "unchanged";
  readonly modelId: `0x${string}`;
  readonly version: number;
  readonly transaction: SentTransaction | undefined;
}

async function requireThisRegistry({ registry, signed }: RelayReleaseOptions): Promise<void> {
  const [chainId, address] = [await chainIdOf(registry), await registry.getAddress()];
  if (signed.chainId === chainId && signed.registry.toLowerCase() === address.toLowerCase()) return;
  throw new ScrimshawError({
    code: "models.release-elsewhere",
    expected: `a release for the registry ${address} on chain ${chainId}`,
    found: `one for ${signed.registry} on chain ${signed.chainId}`,
    next: "Choose the network and registry that it was signed for with --network and --registry.",
  });
}

async function requireSame(there: VersionRecord, { registry, signed }: RelayReleaseOptions): Promise<void> {
  const { version, manifestReference, creator, name, label } = signed;
  const { blobId, contentHash } = there.manifest;
  const same = blobId === manifestReference.blobId && contentHash === manifestReference.contentHash;
  const labelled = async (text: string): Promise<number | undefined> =>
    versionOf("label", { registry, modelId: modelIdOf(signed), text });
  if (same && (label === undefined || (await labelled(label)) === version)) return;
  throw new ScrimshawError({
    code: "models.release-overtaken",
    expected: `version ${version} of ${creator}/${name} to be free, or this very release`,
    found: "another release, which was published first",
    next: "Have the publisher sign again, for the version that comes next.",
  });
}

/** What the transaction may use: the wallet may ask for more than it did when the gas was estimated. */
async function modestGas(options: RelayReleaseOptions): Promise<bigint> {
  const { registry, signed, maxGas = DEFAULT_MAX_GAS } = options;
  const gas = await callChain({
    what: "take the signed release",
    interfaces: [registry.interface],
    call: () => registry.publishFor.estimateGas(...publishForArguments(signed)),
  });
  const most = gas + gas / 4n;
  if (gas <= maxGas) return most < maxGas ? most : maxGas;
  throw new ScrimshawError({
    code: "models.relay-too-dear",
    expected: `a release that takes at most ${maxGas} gas to send`,
    found: `${gas} gas, mostly for asking the publisher's wallet ${signed.publisher}`,
    next: "Send it only if you know that wallet: allow more with --max-gas.",
  });
}

/**
 * Sends a release that its publisher signed. Whoever sends it pays for gas and gains nothing. Sent before already, it is found.
 * @throws ScrimshawError `models.release-elsewhere`, `models.release-overtaken`, `models.deadline-passed`, `models.relay-too-dear`,
 *   `models.model-unknown`, errors of `fetchManifest`, and of the room `chain`
 * @example
 * await relayRelease({ registry: registry.connect(payer), signed: readReleaseFile(text), store });
 */
export async function relayRelease(options: RelayReleaseOptions): Promise<RelayedRelease> {
  const { registry, signed, store, signal, onSent } = options;
  const { creator, name, version, manifestReference, blobsHash, deadline } = signed;
  await requireThisRegistry(options);
  const modelId = modelIdOf(signed);
  const model = await resolveModel({ registry, reference: { creator, name, selector: { kind: "newest" } } });
  const there = await findVersion(registry, modelId, version);
  if (there !== undefined) {
    await requireSame(there, options);
    return { outcome: "unchanged", modelId, version, transaction: undefined };
  }
  requireTimeLeft({ deadline, now: BigInt(Math.floor(Date.now() / 1000)) });
  // As if it were published already: the manifest has to name this model and these blobs.
  const claimed = {
    version,
    status: "active",
    manifest: manifestReference,
    blobsHash,
    endEpoch: 0,
    publishedAt: 0,
  } as const;
  await fetchManifest({
    manifest: manifestReference,
    version: { model, version: claimed },
    store,
    ...(signal && { signal }),
  });
  const gasLimit = await modestGas(options);
  const { transaction } = await sendChange({
    kind: "publish",
    what: `publish version ${version} of ${name} for ${signed.publisher}`,
    send: () => registry.publishFor(...publishForArguments(signed), { gasLimit }),
    ...{ signal, onSent },
  });
  return { outcome: "published", modelId, version, transaction };
}
