import { ZeroHash } from "ethers";
import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { type SendProgress, sendTransaction } from "../chain/send.ts";
import { blobIdToHex } from "../walrus/blob-id.ts";
import type { BlobReference } from "../walrus/blob-store.ts";
import { attesterIdOf } from "./attester-id.ts";

export interface AddAttesterOptions {
  /** Connected to the account that the registry's access manager admits. */
  readonly registry: AttesterRegistry;
  /** ERC-7913 bytes; for an EOA its 20-byte address. */
  readonly signer: `0x${string}`;
  /** What the attester runs, 32 bytes; zero if nothing is measured. */
  readonly measurement: string;
  readonly kind: string;
  /** Where the attestation document is on Walrus. */
  readonly document?: BlobReference;
  readonly endpoint: string;
  /** Unix seconds; 0 for the block's time. */
  readonly validFrom: bigint;
  /** Unix seconds, exclusive. */
  readonly validUntil: bigint;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: SendProgress) => void;
}

export interface AddedAttester {
  readonly attesterId: `0x${string}`;
  readonly validFrom: bigint;
  readonly validUntil: bigint;
  readonly transactionHash: string;
  readonly gasUsed: bigint;
}

/**
 * Registers a key that may attest. A key can be added once.
 * @throws ScrimshawError `chain.reverted`, for example `AccessManagedUnauthorized`, and the others of `sendTransaction`
 */
export async function addAttester(options: AddAttesterOptions): Promise<AddedAttester> {
  const { registry, signer, measurement, kind, document, endpoint, validFrom, validUntil } = options;
  const reference =
    document === undefined
      ? { blobId: ZeroHash, contentHash: ZeroHash, size: 0 }
      : { blobId: blobIdToHex(document.blobId), contentHash: document.contentHash, size: document.size };
  const input = { signer, measurement, kind, document: reference, endpoint, validFrom, validUntil };
  const { hash, gasUsed } = await sendTransaction({
    what: `add the attester ${signer}`,
    send: () => registry.add(input),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  const attesterId = attesterIdOf(signer);
  const valid = await callChain({
    what: "read the attester back",
    call: () => registry.validity(attesterId),
    interfaces: [registry.interface],
  });
  return {
    attesterId,
    validFrom: valid.validFrom,
    validUntil: valid.validUntil,
    transactionHash: hash,
    gasUsed,
  };
}
