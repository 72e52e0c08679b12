import { setImmediate } from "node:timers/promises";

import { z } from "zod";

import { isScrimshawError, ScrimshawError } from "../errors.ts";
import { assembleCertificate, type PlacedSignature } from "./assemble-certificate.ts";
import type { BlobId } from "./blob-id.ts";
import { type BlsMessage, type BlsPublicKey, blsVerify, hashMessage, parseSignature } from "./bls.ts";
import { type Committee, type CommitteeMember, committeeKeys } from "./committee.ts";
import { type BlobPersistence, encodeConfirmation } from "./confirmation-message.ts";
import { quorumWeight } from "./encoding-parameters.ts";
import { endpointUrl } from "./endpoint.ts";
import type { TransferLimits } from "./exchange.ts";
import { fetchJson } from "./fetch-json.ts";
import { askNodes, NODE_LIMITS } from "./node-queries.ts";
import { type Certificate, type CertificateFacts, verifyCertificate } from "./verify-certificate.ts";

const Shape = z.object({
  success: z.object({
    data: z.object({
      signed: z.object({ serializedMessage: z.base64().max(200), signature: z.base64().max(200) }),
    }),
  }),
});

const ADDRESS = /https?:\/\/[^\s/]+|[\w.[\]-]+:\d{2,5}/g;

export interface CollectCertificateOptions {
  readonly blobId: BlobId;
  /** Trusted by the caller: the certificate proves that this committee's quorum signed. */
  readonly committee: Committee;
  /** Which confirmation to ask for. Default permanent, which nodes also sign for deletable blobs. */
  readonly persistence?: BlobPersistence;
  readonly fetch?: typeof globalThis.fetch;
  /** For each node. Default: ten seconds until its answer begins. */
  readonly limits?: TransferLimits;
  /** Nodes to ask at once. Default 150, more than mainnet has. */
  readonly concurrency?: number;
  /** Hears the weight of the signatures that were checked so far. */
  readonly onWeight?: (weight: number) => void;
  readonly signal?: AbortSignal;
}

/** A certificate that was verified, and what it shows. */
export interface CollectedCertificate {
  readonly certificate: Certificate;
  readonly facts: CertificateFacts;
}

function forged({ nodeId, url }: CommitteeMember): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.confirmation-invalid",
    expected: `the signature of node ${nodeId}`,
    found: `another signature from ${url}`,
    next: "Leave this storage node out.",
  });
}

/**
 * Asks the storage nodes to sign that they hold a blob now, until a quorum by weight has. Every signature is checked against its
 * node's own key before it counts, so what slow, silent and lying nodes do matters only once they outweigh f. Anyone can do so in any
 * epoch.
 * @throws ScrimshawError `walrus.certificate-below-quorum`, `walrus.committee-invalid`, `walrus.blob-id-invalid`; the
 * signal's reason when aborted
 */
export async function collectCertificate(options: CollectCertificateOptions): Promise<CollectedCertificate> {
  const { blobId, committee, persistence = { kind: "permanent" }, concurrency, signal, onWeight } = options;
  const keys = committeeKeys(committee);
  const quorum = quorumWeight(committee.nShards);
  const message = encodeConfirmation({ epoch: committee.epoch, blobId, persistence });
  const point = hashMessage(message);
  const failures: unknown[] = [];
  const signatures: PlacedSignature[] = [];
  let weight = 0;

  await askNodes({
    count: committee.members.length,
    concurrency,
    signal,
    ask: async (place, { signal: stop, enough }) => {
      try {
        const signature = await askNode({ ...options, persistence, signal: stop, place, message });
        // Checking takes long enough for other answers, and an abort, to be let in between.
        await setImmediate();
        if (stop.aborted) return;
        checkSignature({ place, signature, keys, point, committee });
        signatures.push({ place, signature });
        weight += committee.members[place]?.weight ?? 0;
        onWeight?.(weight);
        if (weight >= quorum) enough();
      } catch (error) {
        if (!stop.aborted) failures.push(error);
      }
    },
  });
  if (weight < quorum) throw belowQuorum({ quorum, weight, committee, failures });
  const certificate = assembleCertificate({ message, signatures });
  return { certificate, facts: verifyCertificate({ certificate, committee }) };
}

function checkSignature({
  place,
  signature,
  keys,
  point,
  committee,
}: PlacedSignature & {
  readonly keys: readonly BlsPublicKey[];
  readonly point: BlsMessage;
  readonly committee: Committee;
}): void {
  const publicKey = keys[place];
  if (publicKey !== undefined && blsVerify({ message: point, signature, publicKey })) return;
  const member = committee.members[place];
  throw member === undefined ? new RangeError(`no member ${place}`) : forged(member);
}

async function askNode({
  blobId,
  committee,
  persistence,
  place,
  message,
  fetch = globalThis.fetch,
  limits = NODE_LIMITS,
  signal,
}: CollectCertificateOptions & {
  readonly persistence: BlobPersistence;
  readonly place: number;
  readonly message: Uint8Array;
}): Promise<PlacedSignature["signature"]> {
  const url = endpointUrl(committee.members[place]?.url ?? "");
  const kind = persistence.kind === "permanent" ? "permanent" : `deletable/${persistence.objectId}`;
  const address = `${url}/v1/blobs/${blobId}/confirmation/${kind}`;
  const { success } = await fetchJson({ fetch, party: "node", url: address, limits, signal, shape: Shape });
  const signed = Buffer.from(success.data.signed.serializedMessage, "base64");
  if (!signed.equals(message)) {
    throw new ScrimshawError({
      code: "walrus.confirmation-invalid",
      expected: `a confirmation of blob ${blobId} in epoch ${committee.epoch}`,
      found: `another message from ${url}: 0x${signed.subarray(0, 80).toString("hex")}`,
      next: "Read the committee again: its epoch may have ended.",
    });
  }
  try {
    return parseSignature(Buffer.from(success.data.signed.signature, "base64"));
  } catch {
    throw new ScrimshawError({
      code: "walrus.confirmation-invalid",
      expected: "a signature of 96 bytes in G2",
      found: `bytes that are none, from ${url}`,
      next: "Leave this storage node out.",
    });
  }
}

function belowQuorum({
  quorum,
  weight,
  committee,
  failures,
}: {
  readonly quorum: number;
  readonly weight: number;
  readonly committee: Committee;
  readonly failures: readonly unknown[];
}): ScrimshawError {
  // Nodes that say the same differ only in their address.
  const said = failures.map((error) => (isScrimshawError(error) ? error.found : String(error)));
  const reasons = [...Map.groupBy(said, (found) => found.replaceAll(ADDRESS, "")).values()].map(
    ([first = "", ...others]) => (others.length === 0 ? first : `${first} (and ${others.length} more nodes)`),
  );
  return new ScrimshawError({
    code: "walrus.certificate-below-quorum",
    expected: `signatures of weight ${quorum} of ${committee.nShards} in epoch ${committee.epoch}`,
    found: `weight ${weight}${reasons.length === 0 ? "" : `; ${reasons.join("; ").slice(0, 800)}`}`,
    next: "Read the committee again and retry; a blob that a quorum does not hold may have expired or never been stored.",
    cause: failures[0],
  });
}
