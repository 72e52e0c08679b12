import type { WalrusClient } from "@mysten/walrus";

import { ScrimshawError } from "../../errors.ts";
import type { BlobId } from "../blob-id.ts";
import type { Committee } from "../committee.ts";
import { serverText } from "../server-text.ts";
import { type Certificate, verifyCertificate } from "../verify-certificate.ts";
import { bitmapOf } from "./signers-bitmap.ts";

/**
 * Sends a blob to an upload relay, which encodes it, and checks the certificate that it brings back.
 * @throws ScrimshawError `walrus.relay-failed`, `walrus.relay-certificate-invalid`; the signal's reason when aborted
 */
export async function uploadToRelay({
  client,
  committee,
  bytes,
  blobId,
  objectId,
  deletable,
  nonce,
  digest,
  signal,
}: {
  readonly client: WalrusClient;
  readonly committee: Committee;
  readonly bytes: Uint8Array;
  readonly blobId: BlobId;
  readonly objectId: `0x${string}`;
  readonly deletable: boolean;
  readonly nonce: Uint8Array;
  /** Of the transaction that paid the tip. */
  readonly digest: string;
  readonly signal: AbortSignal | undefined;
}): Promise<Certificate> {
  let answer: Awaited<ReturnType<WalrusClient["writeBlobToUploadRelay"]>>;
  try {
    answer = await client.writeBlobToUploadRelay({
      blobId,
      blob: bytes,
      nonce,
      txDigest: digest,
      blobObjectId: objectId,
      deletable,
      encodingType: "RS2",
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ScrimshawError({
      code: "walrus.relay-failed",
      expected: "the upload relay to store the blob",
      found: serverText(cause instanceof Error ? cause.message : String(cause), 300),
      next: "Run the same again: the tip and the registration are kept. Or upload to the storage nodes directly.",
      cause,
    });
  }
  const { signers, serializedMessage, signature } = answer.certificate;
  const invalid = (found: string, cause?: unknown): ScrimshawError =>
    new ScrimshawError({
      code: "walrus.relay-certificate-invalid",
      expected: `a certificate of blob ${blobId} for ${deletable ? `object ${objectId}` : "a permanent blob"}`,
      found,
      next: "Run the same again, with another relay or directly to the storage nodes.",
      cause,
    });
  const certificate: Certificate = {
    message: `0x${Buffer.from(serializedMessage).toString("hex")}`,
    bitmap: bitmapOf({ signers, members: committee.members.length }),
    signature: `0x${Buffer.from(signature).toString("hex")}`,
  };
  let facts: ReturnType<typeof verifyCertificate>;
  try {
    facts = verifyCertificate({ certificate, committee });
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message.slice(0, 300) : "none", cause);
  }
  const { persistence } = facts;
  const named = persistence.kind === "deletable" ? persistence.objectId : undefined;
  if (facts.blobId !== blobId || named !== (deletable ? objectId : undefined)) {
    throw invalid(`one of blob ${facts.blobId} for ${named ?? "a permanent blob"}`);
  }
  return certificate;
}
