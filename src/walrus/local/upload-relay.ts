import { isScrimshawError } from "../../errors.ts";
import { isBlobId } from "../blob-id.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import type { Certificate } from "../verify-certificate.ts";
import { type Answer, jsonAnswer } from "./api-answer.ts";
import type { BlobFiles, Spooled } from "./blob-files.ts";
import type { BlobObject } from "./blob-object.ts";
import type { Route, RouteRequest } from "./http-server.ts";
import type { Ledger } from "./ledger.ts";
import { bodyOf } from "./request-body.ts";

/** What a relay takes for an upload, in MIST. */
export type RelayTip =
  { readonly const: number } | { readonly linear: { readonly base: number; readonly perEncodedKib: number } };

export interface UploadRelayOptions {
  readonly files: BlobFiles;
  readonly ledger: Ledger;
  readonly pool: EncoderPool;
  readonly nShards: number;
  readonly maxBlobSize: number;
  /** Told to clients; without Sui's coins there is nobody to check that it was paid. */
  readonly tip: { readonly address: `0x${string}`; readonly kind: RelayTip } | undefined;
  readonly collect: (object: BlobObject) => Promise<Certificate>;
  readonly signal: AbortSignal;
}

/** A relay's errors are plain text (walrus-upload-relay `error.rs`). */
function refuse(status: number, message: string): Answer {
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return { status, headers, body: new TextEncoder().encode(message) };
}

function signersOf(bitmap: `0x${string}`): number[] {
  const bytes = Buffer.from(bitmap.slice(2), "hex");
  return Array.from({ length: bytes.length * 8 }, (_, place) => place).filter(
    (place) => (((bytes[place >> 3] ?? 0) >> (place & 7)) & 1) === 1,
  );
}

function certificateAnswer(blobId: string, { message, bitmap, signature }: Certificate): Answer {
  return jsonAnswer({
    value: {
      blob_id: [...Buffer.from(blobId, "base64url")],
      confirmation_certificate: {
        signers: signersOf(bitmap),
        serialized_message: [...Buffer.from(message.slice(2), "hex")],
        signature: Buffer.from(signature.slice(2), "hex").toString("base64url"),
      },
    },
  });
}

/** The relay: takes the bytes of a blob that its owner has registered, and answers the certificate with which he certifies it. */
export function uploadRelayRoutes(relay: UploadRelayOptions): Route[] {
  const { files, ledger, pool, nShards, maxBlobSize, tip, collect, signal } = relay;

  const tipConfig = (): Answer => {
    if (tip === undefined) return jsonAnswer({ value: "no_tip" });
    const { address, kind } = tip;
    const told =
      "const" in kind
        ? kind
        : { linear: { base: kind.linear.base, encoded_size_mul_per_kib: kind.linear.perEncodedKib } };
    return jsonAnswer({ value: { send_tip: { address, kind: told } } });
  };

  const relayed = async (object: BlobObject, spooled: Spooled): Promise<Answer> => {
    const source = { path: spooled.path, size: spooled.size };
    const { blobId } = await pool.computeBlobId({ source, nShards, signal });
    if (blobId !== object.blobId) {
      return refuse(400, "the provided blob ID and the blob ID resulting from the blob encoding do not match");
    }
    if (files.size(blobId) === undefined) await files.adopt({ spooled, blobId });
    return certificateAnswer(blobId, await collect(object));
  };

  const upload = async ({ request, query }: RouteRequest): Promise<Answer> => {
    const blobId = query.get("blob_id") ?? "";
    if (!isBlobId(blobId)) return refuse(400, "Failed to deserialize query string: the blob ID is not valid");
    if ((query.get("encoding_type") ?? "RS2") !== "RS2") return refuse(400, "the only encoding type is RS2");
    if (tip !== undefined && (query.get("tx_id") === null || query.get("nonce") === null)) {
      const message = "The query parameters are missing the transaction ID or the nonce, but the proxy requires them";
      return refuse(400, `${message} to check the tip payment.`);
    }
    const named = query.get("deletable_blob_object");
    const object = ledger
      .objects(blobId)
      .find(({ objectId, deletable }) => (named === null ? !deletable : deletable && objectId === named.toLowerCase()));
    // Its storage nodes would refuse an unregistered blob, which a relay reports as a failure of its own.
    if (object === undefined) return refuse(500, "internal client error");
    const spooled = await files.spool({ body: bodyOf(request), limit: maxBlobSize });
    if (spooled === undefined) return refuse(413, "length limit exceeded");
    try {
      return await relayed(object, spooled);
    } catch (error) {
      if (isScrimshawError(error) && error.code === "walrus.certificate-below-quorum") {
        return refuse(500, "internal client error");
      }
      throw error;
    } finally {
      await files.discard(spooled);
    }
  };

  return [
    { method: "GET", path: "/v1/tip-config", handle: tipConfig },
    { method: "POST", path: "/v1/blob-upload-relay", handle: upload },
  ];
}
