import type { Transform } from "node:stream";

import type { BlobId } from "../blob-id.ts";
import { type Answer, errorAnswer } from "./api-answer.ts";
import { bentStream } from "./bent-stream.ts";

/** What is wrong with a storage node. */
export type NodeFault =
  /** Breaks every connection. */
  | { readonly kind: "down" }
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** Serves slivers with one byte changed. */
  | { readonly kind: "bad-sliver" }
  /** Signs another message than it says. */
  | { readonly kind: "bad-signature" };

/** Answers with an error instead; for ever, or as often as `times` says. */
export interface StatusFault {
  readonly kind: "status";
  readonly status: 404 | 429 | 451 | 500 | 503;
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfter?: number;
  readonly times?: number;
}

/** What is wrong with the publisher. */
export type PublisherFault = { readonly kind: "wrong-blob-id" } | StatusFault;

/** What is wrong with the aggregator. */
export type AggregatorFault =
  /** Changes the byte at this place of every blob. */
  | { readonly kind: "flip"; readonly offset: number }
  /** Breaks off after so many bytes of an answer. */
  | { readonly kind: "truncate"; readonly after: number }
  /** Sends so many bytes of an answer, and nothing more. */
  | { readonly kind: "stall"; readonly after: number }
  | StatusFault;

/** Moments of an upload through the publisher at which the process may die, in their order. */
export const CRASH_POINTS = ["upload", "encoded", "registered", "stored", "certified"] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Faults that a local network shows on demand, so that clients' checks can be seen to work. Nothing on disk changes. */
export class Faults {
  readonly #flipped = new Map<BlobId, Set<number>>();
  readonly #nodes = new Map<string, NodeFault>();
  #publisher: PublisherFault | undefined;
  #aggregator: AggregatorFault | undefined;
  #crash: { readonly point: CrashPoint; readonly end: () => void } | undefined;
  #version = 0;

  /** Makes the aggregator serve one byte of a blob with all its bits flipped. */
  flipByte({ blobId, offset }: { readonly blobId: BlobId; readonly offset: number }): void {
    const offsets = this.#flipped.get(blobId) ?? new Set();
    this.#flipped.set(blobId, offsets.add(offset));
  }

  /** Gives a storage node a fault in place of its last one; none makes it honest again. */
  node(nodeId: string, fault: NodeFault | undefined): void {
    if (fault === undefined) this.#nodes.delete(nodeId);
    else this.#nodes.set(nodeId, fault);
    this.#version += 1;
  }

  publisher(fault: PublisherFault | undefined): void {
    this.#publisher = fault;
  }

  aggregator(fault: AggregatorFault | undefined): void {
    this.#aggregator = fault;
  }

  /** Ends the process, as a crash does, when an upload reaches a point. `end` is for what cannot be killed. */
  crashAt(point: CrashPoint, end: () => void = () => process.kill(process.pid, "SIGKILL")): void {
    this.#crash = { point, end };
  }

  clear(): void {
    this.#flipped.clear();
    this.#nodes.clear();
    this.#publisher = undefined;
    this.#aggregator = undefined;
    this.#crash = undefined;
    this.#version += 1;
  }

  /** Changes whenever the nodes' faults do. */
  get version(): number {
    return this.#version;
  }

  ofNode(nodeId: string): NodeFault | undefined {
    return this.#nodes.get(nodeId);
  }

  /** The publisher's error to answer with, which counts as shown. */
  publisherAnswer(): Answer | undefined {
    const fault = this.#publisher;
    if (fault?.kind !== "status") return undefined;
    this.#publisher = lessOf(fault);
    return statusAnswer(fault);
  }

  /** The aggregator's error to answer with, which counts as shown. */
  aggregatorAnswer(): Answer | undefined {
    const fault = this.#aggregator;
    if (fault?.kind !== "status") return undefined;
    this.#aggregator = lessOf(fault);
    return statusAnswer(fault);
  }

  /** The Blob ID that the publisher tells. */
  toldBlobId(blobId: BlobId): BlobId {
    if (this.#publisher?.kind !== "wrong-blob-id") return blobId;
    const bytes = Buffer.from(blobId, "base64url");
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    return bytes.toString("base64url");
  }

  /** Tells that an upload has come to a point. */
  reach(point: CrashPoint): void {
    if (this.#crash?.point === point) this.#crash.end();
  }

  /** Bends the bytes of a blob that begin at `start`; undefined if this blob is served as it is. */
  bend({ blobId, start }: { readonly blobId: BlobId; readonly start: number }): Transform | undefined {
    const fault = this.#aggregator;
    const flipped = new Set(this.#flipped.get(blobId));
    if (fault?.kind === "flip") flipped.add(fault.offset);
    const cut = fault?.kind === "truncate" || fault?.kind === "stall" ? fault : undefined;
    return flipped.size === 0 && cut === undefined ? undefined : bentStream({ start, flipped, cut });
  }
}

function lessOf(fault: StatusFault): StatusFault | undefined {
  if (fault.times === undefined) return fault;
  return fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined;
}

function statusAnswer({ status, retryAfter }: StatusFault): Answer {
  const answer = errorAnswer({ code: status, reason: "FAULT_ON_DEMAND", message: "a fault that was asked for" });
  const wait = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return { ...answer, headers: { ...answer.headers, ...wait } };
}
