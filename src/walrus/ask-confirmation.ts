import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import type { BlobId } from "./blob-id.ts";
import { type BlsSignature, parseSignature } from "./bls.ts";
import type { CommitteeMember } from "./committee.ts";
import type { BlobPersistence } from "./confirmation-message.ts";
import { endpointUrl } from "./endpoint.ts";
import type { TransferLimits } from "./exchange.ts";
import { fetchJson } from "./fetch-json.ts";

const Shape = z.object({
  success: z.object({
    data: z.object({
      signed: z.object({ serializedMessage: z.base64().max(200), signature: z.base64().max(200) }),
    }),
  }),
});

export interface AskConfirmationOptions {
  readonly member: CommitteeMember;
  readonly blobId: BlobId;
  readonly persistence: BlobPersistence;
  /** What has to be signed, and nothing else. */
  readonly message: Uint8Array;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits;
  readonly signal: AbortSignal;
}

/**
 * Asks one storage node to sign that it holds a blob. That the signature is the node's is not checked here.
 * @throws ScrimshawError `walrus.confirmation-invalid`, `walrus.endpoint-invalid`, and those of `fetchJson`
 */
export async function askConfirmation(options: AskConfirmationOptions): Promise<BlsSignature> {
  const { member, blobId, persistence, message, fetch, limits, signal } = options;
  const url = endpointUrl(member.url);
  const kind = persistence.kind === "permanent" ? "permanent" : `deletable/${persistence.objectId}`;
  const address = `${url}/v1/blobs/${blobId}/confirmation/${kind}`;
  const { success } = await fetchJson({ fetch, party: "node", url: address, limits, signal, shape: Shape });
  const signed = Buffer.from(success.data.signed.serializedMessage, "base64");
  if (!signed.equals(message)) {
    throw new ScrimshawError({
      code: "walrus.confirmation-invalid",
      expected: `a confirmation of blob ${blobId} in the committee's epoch`,
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

/** The error for a signature that is not the node's. */
export function forgedConfirmation({ nodeId, url }: CommitteeMember): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.confirmation-invalid",
    expected: `the signature of node ${nodeId}`,
    found: `another signature from ${url}`,
    next: "Leave this storage node out.",
  });
}
