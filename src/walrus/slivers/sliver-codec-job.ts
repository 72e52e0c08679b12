import type { BlobId } from "../blob-id.ts";
import type { Axis } from "./sliver-layout.ts";

/**
 * Encodes the blob in a file, and writes its slivers to another: primary ones in the order of pairs, then secondary ones, and the metadata with its id at the end.
 */
interface EncodeJob {
  readonly task: "encode";
  readonly nShards: number;
  readonly path: string;
  readonly size: number;
  readonly target: string;
}

/** Extends the symbols of slivers of one axis, at most as many as carry source data, to all shards. */
interface ExpandJob {
  readonly task: "expand";
  readonly nShards: number;
  readonly axis: Axis;
  readonly symbolSize: number;
  /** Symbols of each sliver, without BCS around. */
  readonly slivers: readonly Uint8Array[];
  /** Give back the extended symbols too. */
  readonly detailed: boolean;
}

/** Decodes a blob from primary slivers in BCS, and writes it to a file. */
interface DecodeJob {
  readonly task: "decode";
  readonly nShards: number;
  readonly blobId: BlobId;
  readonly size: number;
  readonly slivers: readonly Uint8Array[];
  readonly target: string;
}

interface EncodeResult {
  readonly blobId: BlobId;
}

interface ExpandResult {
  /** Merkle root over the extended symbols of each sliver, 32 bytes. */
  readonly roots: readonly Uint8Array[];
  /** The extended symbols of each sliver, one for each shard; empty unless asked for. */
  readonly symbols: readonly (readonly Uint8Array[])[];
}

interface DecodeResult {
  /** What the decoded bytes encode to: the caller compares. */
  readonly blobId: BlobId;
  readonly contentHash: `0x${string}`;
}

/** What each task is asked, and what it gives. */
export interface SliverCodecTasks {
  readonly encode: { readonly job: EncodeJob; readonly result: EncodeResult };
  readonly expand: { readonly job: ExpandJob; readonly result: ExpandResult };
  readonly decode: { readonly job: DecodeJob; readonly result: DecodeResult };
}

export type JobOf<T extends keyof SliverCodecTasks> = SliverCodecTasks[T]["job"];
export type ResultOf<T extends keyof SliverCodecTasks> = SliverCodecTasks[T]["result"];
export type SliverCodecJob = JobOf<keyof SliverCodecTasks>;
export type SliverCodecResult = ResultOf<keyof SliverCodecTasks>;
export type SliverCodecAnswer =
  { readonly ok: true; readonly result: SliverCodecResult } | { readonly ok: false; readonly message: string };
