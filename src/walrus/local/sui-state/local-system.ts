import type { BlobId } from "../../blob-id.ts";
import type { Certificate } from "../../verify-certificate.ts";
import type { Lease } from "../blob-record.ts";

export interface LocalCommitteeMember {
  readonly nodeId: `0x${string}`;
  /** 48 bytes compressed. */
  readonly publicKey: `0x${string}`;
  readonly shards: readonly number[];
  readonly url: string;
}

export interface LocalCommittee {
  readonly epoch: number;
  readonly nShards: number;
  /** Sorted by node id. */
  readonly members: readonly LocalCommitteeMember[];
  /** The members of the epoch before. */
  readonly previous: readonly LocalCommitteeMember[];
  /** Wall clock in milliseconds. */
  readonly epochStartedAt: number;
  /** 0 where epochs change by call. */
  readonly epochMilliseconds: number;
}

/** A lease as Sui's `Blob` object tells it. */
export interface LocalBlobObject extends Lease {
  readonly blobId: BlobId;
  readonly size: number;
  readonly certifiedEpoch: number | undefined;
}

/** What a local network lets its Sui see and change. */
export interface LocalSystem {
  committee(): LocalCommittee;
  blobObject(objectId: string): LocalBlobObject | undefined;
  blobObjectsOf(owner: string): readonly LocalBlobObject[];
  /** Registers a blob, so that storage nodes take its slivers. */
  register(blob: {
    readonly blobId: BlobId;
    readonly size: number;
    readonly endEpoch: number;
    readonly deletable: boolean;
    readonly owner: string;
  }): Promise<LocalBlobObject>;
  /** Takes a certificate that was verified. */
  certify(blob: { readonly objectId: string; readonly certificate: Certificate }): Promise<void>;
}
