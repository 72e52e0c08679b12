import { isScrimshawError } from "../../errors.ts";
import type { BlobId } from "../../walrus/blob-id.ts";
import type { BlobStatus } from "../../walrus/blob-store.ts";
import { isoTime } from "../iso-time.ts";
import type { Audit } from "./context.ts";

/** Whether Walrus holds a blob now, and for how long it is paid for. */
export async function checkStorage(audit: Audit, blobId: BlobId): Promise<void> {
  await checkCertificate(audit, blobId);
  await checkLease(audit, blobId);
}

/** Has a storage committee confirm that it holds the blob, and verifies its certificate. */
async function checkCertificate({ list, signal, checkCertificate: verify }: Audit, blobId: BlobId): Promise<void> {
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

/** Asks for how long the blob is paid for: what nobody pays for cannot be audited again. */
async function checkLease({ list, store, signal }: Audit, blobId: BlobId): Promise<void> {
  let status: BlobStatus;
  try {
    status = await store.status({ blobId, ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    return list.notChecked("lease", `nobody says for how long blob ${blobId} is paid for: ${error.found}`);
  }
  const { state, endEpoch, endsAt, deletable, source, sources } = status;
  if (state !== "certified") {
    return list.add({ check: "lease", status: "failed", detail: `blob ${blobId} is ${state}, say ${source}` });
  }
  if (endEpoch === undefined && deletable !== true) {
    return list.notChecked("lease", `${source} has blob ${blobId}, and nobody says for how long it is paid for`);
  }
  const until = endEpoch === undefined ? "to an unknown end" : `until epoch ${endEpoch} begins`;
  const about = endsAt === undefined ? "" : `, about ${isoTime(Math.floor(endsAt.getTime() / 1000))}`;
  list.expect(deletable !== true, {
    check: "lease",
    passed: `blob ${blobId} is paid for ${until}${about}, say ${sources?.endEpoch ?? source}`,
    failed: `blob ${blobId} may be deleted by its owner at any time, say ${source}`,
  });
}
