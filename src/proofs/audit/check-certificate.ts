import { isScrimshawError } from "../../errors.ts";
import type { BlobId } from "../../walrus/blob-id.ts";
import type { Audit } from "./context.ts";

/** Has a storage committee confirm that it holds the blob, and verifies its certificate. */
export async function checkCertificate(
  { list, signal, checkCertificate: verify }: Audit,
  blobId: BlobId,
): Promise<void> {
  if (verify === undefined) {
    list.notChecked("certificate", `no storage committee is known that could certify blob ${blobId}`);
    return;
  }
  try {
    list.add({ check: "certificate", status: "passed", detail: await verify(blobId) });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    list.add({ check: "certificate", status: "failed", detail: `blob ${blobId}: ${error.found}` });
  }
}
