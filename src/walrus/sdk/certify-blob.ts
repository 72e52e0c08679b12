import { bcs } from "@mysten/sui/bcs";
import type { Transaction } from "@mysten/sui/transactions";

import type { Certificate } from "../verify-certificate.ts";
import type { ChainBlob } from "./blob-objects.ts";
import type { ExpectedCall } from "./check-transaction.ts";
import { hasEnded } from "./register-blob.ts";
import { findTransaction, sendTransaction, signTransaction } from "./send-transaction.ts";
import { signersOf } from "./signers-bitmap.ts";
import { remember, type WriteContext } from "./write-context.ts";
import type { WriteEntry } from "./write-journal.ts";

function bytesOf(hex: `0x${string}`): Uint8Array {
  return new Uint8Array(Buffer.from(hex.slice(2), "hex"));
}

/** The transaction that brings a certificate to Sui. */
export function certifyTransaction({
  context: { client, computed, deletable },
  blob,
  certificate,
}: {
  readonly context: Pick<WriteContext, "client" | "computed" | "deletable">;
  readonly blob: ChainBlob;
  readonly certificate: Certificate;
}): { readonly transaction: Transaction; readonly calls: readonly ExpectedCall[] } {
  const serializedMessage = bytesOf(certificate.message);
  const signature = bytesOf(certificate.signature);
  const transaction = client.certifyBlobTransaction({
    blobId: computed.blobId,
    blobObjectId: blob.objectId,
    deletable,
    certificate: { signers: signersOf(certificate.bitmap), serializedMessage, signature },
  });
  const vector = (bytes: Uint8Array): Uint8Array => bcs.byteVector().serialize(bytes).toBytes();
  return {
    transaction,
    calls: [{ name: "certify_blob", pure: { 2: vector(signature), 4: vector(serializedMessage) } }],
  };
}

/** Certifies a registered blob on Sui, or finds that this was done. */
export async function certifyBlob({
  context,
  entry,
  blob,
  certificate,
}: {
  readonly context: WriteContext;
  readonly entry: WriteEntry;
  readonly blob: ChainBlob;
  readonly certificate: Certificate;
}): Promise<void> {
  const { suiClient, signal, signer, chain, owner, maxGas } = context;
  if (entry.certifying !== undefined) {
    try {
      const known = await findTransaction({ digest: entry.certifying.digest, suiClient, signal });
      if (known === undefined) await sendTransaction({ signed: entry.certifying, suiClient, signal });
      return;
    } catch (error) {
      if (!hasEnded(error)) throw error;
    }
  }
  const { transaction, calls } = certifyTransaction({ context, blob, certificate });
  const { objectId } = blob;
  const limits = { sender: owner, packageId: chain.packageId, calls, objectId, cost: 0n, gas: maxGas };
  const certifying = await signTransaction({ transaction, limits, signer, suiClient });
  await remember({ context, entry, change: { certifying } });
  await sendTransaction({ signed: certifying, suiClient, signal });
}
