import { assembleCertificate } from "./assemble-certificate.ts";
import { belowQuorum } from "./below-quorum.ts";
import { type BlobId, blobIdToHex } from "./blob-id.ts";
import { hashMessage } from "./bls.ts";
import type { CollectedCertificate } from "./collect-certificate.ts";
import { type Committee, committeeKeys } from "./committee.ts";
import { type BlobPersistence, encodeConfirmation } from "./confirmation-message.ts";
import { type AskedBlob, NodeAnswers } from "./node-answers.ts";
import { quorumWeight } from "./encoding-parameters.ts";
import type { TransferLimits } from "./exchange.ts";
import { askNodes, NODE_LIMITS } from "./node-queries.ts";
import { groupBySigners } from "./group-by-signers.ts";
import type { ScrimshawError } from "../errors.ts";
import { certificateVerifier } from "./verify-certificate.ts";

export interface CollectCertificatesOptions {
  /** Each once. All signatures are held in memory: a hundred at once are plenty. */
  readonly blobIds: readonly BlobId[];
  /** Trusted by the caller: a certificate proves that this committee's quorum signed. */
  readonly committee: Committee;
  /** Which confirmation to ask for. Default permanent, which nodes also sign for deletable blobs. */
  readonly persistence?: BlobPersistence;
  readonly fetch?: typeof globalThis.fetch;
  /** For each answer of a node. Default: ten seconds until it begins. */
  readonly limits?: TransferLimits;
  /** Nodes to ask at once. Default 150, more than mainnet has. */
  readonly concurrency?: number;
  /** Hears the weight of the nodes that signed for all blobs that a quorum holds, so far. */
  readonly onWeight?: (weight: number) => void;
  readonly signal?: AbortSignal;
}

export interface CollectedCertificates {
  /**
   * Certificates by the same signers, together because a contract takes the sum of their signatures; in ascending order of Blob IDs.
   * Each was verified for itself.
   */
  readonly groups: readonly (readonly CollectedCertificate[])[];
  /** The blobs that no quorum signed for, and why. */
  readonly missing: ReadonlyMap<BlobId, ScrimshawError>;
}

/**
 * Asks the storage nodes to sign that they hold blobs now, until nodes that together are a quorum have signed for all of them: then
 * all certificates have the same signers. A blob that no quorum can sign for any more is given up, and holds up no other one.
 * @throws ScrimshawError `walrus.committee-invalid`, `walrus.blob-id-invalid`; the signal's reason when aborted
 */
export async function collectCertificates(options: CollectCertificatesOptions): Promise<CollectedCertificates> {
  const { committee, persistence = { kind: "permanent" }, concurrency, signal, onWeight } = options;
  const { fetch = globalThis.fetch, limits = NODE_LIMITS } = options;
  const keys = committeeKeys(committee);
  const quorum = quorumWeight(committee.nShards);
  const blobs = options.blobIds
    .toSorted((a, b) => (blobIdToHex(a) < blobIdToHex(b) ? -1 : 1))
    .map((blobId): AskedBlob => {
      const message = encodeConfirmation({ epoch: committee.epoch, blobId, persistence });
      return { blobId, message, point: hashMessage(message), failures: [], refused: 0 };
    });
  // One alone is asked about to the end, so that its error tells everything.
  const isHopeless = ({ refused }: AskedBlob): boolean => blobs.length > 1 && refused > committee.nShards - quorum;
  const nodes: NodeAnswers[] = [];
  const weightOf = (places: Iterable<number>): number =>
    [...places].reduce((sum, place) => sum + (committee.members[place]?.weight ?? 0), 0);

  await askNodes({
    count: committee.members.length,
    concurrency,
    signal,
    ask: async (place, { signal: stop, enough }) => {
      const [member, publicKey] = [committee.members[place], keys[place]];
      if (member === undefined || publicKey === undefined) throw new RangeError(`no member ${place}`);
      const node = new NodeAnswers({ place, member, publicKey });
      await node.ask({ blobs, persistence, fetch, limits, signal: stop, isHopeless });
      if (stop.aborted) return;
      nodes.push(node);
      const wanted = blobs.filter((blob) => !isHopeless(blob));
      const complete = nodes.filter((one) => wanted.every((blob) => one.signatures.has(blob)));
      const weight = wanted.length === 0 ? 0 : weightOf(complete.map((one) => one.place));
      onWeight?.(weight);
      if (weight >= quorum || wanted.length === 0) enough();
    },
  });

  const assembled = assemble({ blobs, nodes, quorum, weightOf, committee });
  if (assembled !== undefined) return assembled;
  // A node's signatures add up to the right sum, but are not the right ones: now each is looked at.
  for (const node of nodes) node.checkEach();
  return assemble({ blobs, nodes, quorum, weightOf, committee }) ?? { groups: [], missing: new Map() };
}

/** Undefined if a certificate turns out to be wrong. */
function assemble({
  blobs,
  nodes,
  quorum,
  weightOf,
  committee,
}: {
  readonly blobs: readonly AskedBlob[];
  readonly nodes: readonly NodeAnswers[];
  readonly quorum: number;
  readonly weightOf: (places: Iterable<number>) => number;
  readonly committee: Committee;
}): CollectedCertificates | undefined {
  const verify = certificateVerifier(committee);
  const signed = blobs.map((blob) => ({
    blob,
    signers: new Set(nodes.filter(({ signatures }) => signatures.has(blob)).map(({ place }) => place)),
  }));
  const isQuorum = (places: ReadonlySet<number>): boolean => weightOf(places) >= quorum;
  const missing = new Map(
    signed
      .filter(({ signers }) => !isQuorum(signers))
      .map(({ blob: { blobId, failures }, signers }) => [
        blobId,
        belowQuorum({ quorum, weight: weightOf(signers), committee, failures }),
      ]),
  );
  try {
    const groups = groupBySigners({ signed, isQuorum }).map((group) =>
      group.blobs.map((blob): CollectedCertificate => {
        const signatures = nodes.flatMap(({ place, signatures: own }) => {
          const signature = group.signers.has(place) ? own.get(blob) : undefined;
          return signature === undefined ? [] : [{ place, signature }];
        });
        const certificate = assembleCertificate({ message: blob.message, signatures });
        return { certificate, facts: verify(certificate) };
      }),
    );
    return { groups, missing };
  } catch {
    return undefined;
  }
}
