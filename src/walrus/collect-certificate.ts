import { z } from "zod";

import { isScrimshawError, ScrimshawError } from "../errors.ts";
import { assembleCertificate, type PlacedSignature } from "./assemble-certificate.ts";
import type { BlobId } from "./blob-id.ts";
import { type BlsPublicKey, blsVerify, parseSignature } from "./bls.ts";
import { type Committee, type CommitteeMember, committeeKeys } from "./committee.ts";
import { type BlobPersistence, encodeConfirmation } from "./confirmation-message.ts";
import { quorumWeight } from "./encoding-parameters.ts";
import { endpointUrl } from "./endpoint.ts";
import { DEFAULT_LIMITS, type TransferLimits } from "./exchange.ts";
import { fetchJson } from "./fetch-json.ts";
import { type Certificate, type CertificateFacts, verifyCertificate } from "./verify-certificate.ts";

/** Requests to storage nodes at once. */
const CONCURRENCY = 20;

const Shape = z.object({
  success: z.object({
    data: z.object({
      signed: z.object({ serializedMessage: z.base64().max(200), signature: z.base64().max(200) }),
    }),
  }),
});

export interface CollectCertificateOptions {
  readonly blobId: BlobId;
  /** Trusted by the caller: the certificate proves that this committee's quorum signed. */
  readonly committee: Committee;
  /** Which confirmation to ask for. Default permanent, which nodes also sign for deletable blobs. */
  readonly persistence?: BlobPersistence;
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: TransferLimits;
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
 * Asks the storage nodes to sign that they hold a blob now, until a quorum has. Anyone can do so in any epoch. What does not verify is
 * left out: first all signatures are checked as one, and one by one when that fails.
 * @throws ScrimshawError `walrus.certificate-below-quorum`, `walrus.committee-invalid`, `walrus.blob-id-invalid`; the
 * signal's reason when aborted
 */
export async function collectCertificate(options: CollectCertificateOptions): Promise<CollectedCertificate> {
  const { blobId, committee, persistence = { kind: "permanent" }, signal } = options;
  const keys = committeeKeys(committee);
  const quorum = quorumWeight(committee.nShards);
  const message = encodeConfirmation({ epoch: committee.epoch, blobId, persistence });
  const enough = new AbortController();
  const stop = signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]);

  const failures: unknown[] = [];
  let signatures: PlacedSignature[] = [];
  const verified = new Set<PlacedSignature>();
  let collected: CollectedCertificate | undefined;

  const assemble = (): boolean => {
    if (weightOf({ signatures, committee }) < quorum) return false;
    collected = tryAssemble({ message, signatures, committee });
    if (collected !== undefined) enough.abort();
    return collected !== undefined;
  };
  const onSignature = (arrived: PlacedSignature): void => {
    if (stop.aborted) return;
    signatures.push(arrived);
    if (weightOf({ signatures, committee }) < quorum || assemble()) return;
    signatures = signatures.filter((placed) => {
      if (verified.has(placed) || isBy({ placed, keys, message })) return verified.add(placed);
      const member = committee.members[placed.place];
      if (member !== undefined) failures.push(forged(member));
      return false;
    });
    assemble();
  };

  const places = committee.members.keys();
  const ask = async (): Promise<void> => {
    for (const place of places) {
      if (stop.aborted) return;
      try {
        onSignature({ place, signature: await askNode({ ...options, persistence, signal: stop, place, message }) });
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, ask));
  signal?.throwIfAborted();
  if (collected !== undefined) return collected;
  throw belowQuorum({ quorum, weight: weightOf({ signatures, committee }), committee, failures });
}

function weightOf({
  signatures,
  committee,
}: {
  readonly signatures: readonly PlacedSignature[];
  readonly committee: Committee;
}): number {
  return signatures.reduce((sum, { place }) => sum + (committee.members[place]?.weight ?? 0), 0);
}

function isBy({
  placed,
  keys,
  message,
}: {
  readonly placed: PlacedSignature;
  readonly keys: readonly BlsPublicKey[];
  readonly message: Uint8Array;
}): boolean {
  const publicKey = keys[placed.place];
  return publicKey !== undefined && blsVerify({ message, signature: placed.signature, publicKey });
}

function tryAssemble({
  message,
  signatures,
  committee,
}: {
  readonly message: Uint8Array;
  readonly signatures: readonly PlacedSignature[];
  readonly committee: Committee;
}): CollectedCertificate | undefined {
  try {
    const certificate = assembleCertificate({ message, signatures });
    return { certificate, facts: verifyCertificate({ certificate, committee }) };
  } catch {
    return undefined;
  }
}

async function askNode({
  blobId,
  committee,
  persistence,
  place,
  message,
  fetch = globalThis.fetch,
  limits = DEFAULT_LIMITS,
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
  const reasons = failures.map((error) => (isScrimshawError(error) ? error.found : String(error)));
  return new ScrimshawError({
    code: "walrus.certificate-below-quorum",
    expected: `signatures of weight ${quorum} of ${committee.nShards} in epoch ${committee.epoch}`,
    found: `weight ${weight}${reasons.length === 0 ? "" : `; ${reasons.join("; ").slice(0, 800)}`}`,
    next: "Read the committee again and retry; a blob that a quorum does not hold may have expired or never been stored.",
    cause: failures[0],
  });
}
