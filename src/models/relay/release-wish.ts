import { TypedDataEncoder } from "ethers";
import type { TypedDataField } from "ethers";
import type { TypedMessage } from "../../chain/sign-digest.ts";
import type { BlobReference } from "../../walrus/blob-store.ts";
import { modelIdOf } from "../model-id.ts";
import { releaseStruct } from "../send-release.ts";

/** A release that a publisher wishes to become one version of a model, whoever sends it. */
export interface ReleaseWish {
  readonly chainId: bigint;
  /** Address of the ModelRegistry. */
  readonly registry: string;
  readonly creator: string;
  readonly name: string;
  /** The number that the release is to get; it serves as nonce. */
  readonly version: number;
  readonly manifestReference: BlobReference;
  readonly blobsHash: `0x${string}`;
  readonly endEpoch: number;
  readonly label: string | undefined;
  /** Who wishes it: an account, or a contract that answers ERC-1271. */
  readonly publisher: string;
  /** Last second, Unix time of a block, in which it may be sent. */
  readonly deadline: bigint;
}

/** A wish with its publisher's signature. */
export interface SignedRelease extends ReleaseWish {
  readonly signature: `0x${string}`;
}

/** EIP-712 types as `IModelRegistry.publishDigestOf` states them. */
export const PUBLISH_TYPES: Record<string, TypedDataField[]> = {
  Publish: [
    { name: "modelId", type: "bytes32" },
    { name: "version", type: "uint32" },
    { name: "release", type: "Release" },
    { name: "publisher", type: "address" },
    { name: "deadline", type: "uint64" },
  ],
  Release: [
    { name: "manifest", type: "BlobRef" },
    { name: "blobsHash", type: "bytes32" },
    { name: "endEpoch", type: "uint32" },
    { name: "label", type: "string" },
  ],
  BlobRef: [
    { name: "blobId", type: "bytes32" },
    { name: "contentHash", type: "bytes32" },
    { name: "size", type: "uint64" },
  ],
};

/** What the publisher signs, as wallets show it, and its digest. */
export function messageOf(wish: ReleaseWish): { readonly message: TypedMessage; readonly digest: `0x${string}` } {
  const { chainId, registry, version, publisher, deadline } = wish;
  const domain = { name: "Scrimshaw ModelRegistry", version: "1", chainId, verifyingContract: registry };
  const value = { modelId: modelIdOf(wish), version, release: releaseStruct(wish), publisher, deadline };
  const digest = TypedDataEncoder.hash(domain, PUBLISH_TYPES, value) as `0x${string}`;
  return { message: { domain, types: PUBLISH_TYPES, value }, digest };
}

/** The arguments of `publishFor`. */
export function publishForArguments(signed: SignedRelease) {
  const { version, publisher, deadline, signature } = signed;
  return [modelIdOf(signed), releaseStruct(signed), version, publisher, deadline, signature] as const;
}
