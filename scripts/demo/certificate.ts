import type { JsonRpcSigner } from "ethers";
import { committeeForChain, epochTime } from "../../src/availability/chain-committee.ts";
import { certificateForChain } from "../../src/availability/certificate-for-chain.ts";
import { describeStatus } from "../../src/availability/certificate-status.ts";
import { certifyBlobs } from "../../src/availability/certify-blobs.ts";
import { importCommittee } from "../../src/availability/import-committee.ts";
import type { Hex } from "../../src/chain/sign-digest.ts";
import type { PublishedModel } from "../../src/models/publish.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import type { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import type { SystemSource } from "../../src/walrus/system.ts";
import type { BlobAvailability } from "../../typechain/BlobAvailability.ts";
import type { AvailabilityLens } from "../../typechain/lenses/AvailabilityLens.ts";
import type { WalrusCommittees } from "../../typechain/WalrusCommittees.ts";

const DAY = 86_400;

/** Brings Walrus's committee to the chain, under the account of `source`. */
export async function bringCommittee(
  registry: WalrusCommittees,
  { walrus, source }: { readonly walrus: SystemSource; readonly source: JsonRpcSigner },
) {
  const [system, committee] = [await walrus.system(), await walrus.committee()];
  if (system === undefined || committee === undefined) throw new Error("Walrus does not tell its committee");
  return importCommittee({
    registry: registry.connect(source),
    source: source.address as Hex,
    committee: committeeForChain(committee, epochTime(system)),
  });
}

export interface CertifyModelOptions {
  readonly published: PublishedModel;
  readonly store: HttpBlobStore;
  readonly availability: BlobAvailability;
  readonly lens: AvailabilityLens;
  /** Whose committee is believed. */
  readonly source: Hex;
}

/** Has the chain verify certificates of all blobs of a version, and asks it whether the version is available. */
export async function certifyModel(options: CertifyModelOptions) {
  const { published, store, availability, lens, source } = options;
  const { manifest, manifestReference, modelId, version } = published;
  const blobIds = manifest.blobs.map(({ id }) => id);
  const { transactions, missing } = await certifyBlobs({
    ...{ registry: availability, source, store },
    blobIds: [manifestReference.blobId, ...blobIds],
  });
  for (const problem of missing.values()) throw problem;
  const gas = transactions.reduce((sum, transaction) => sum + transaction.gas, 0n);
  const sorted = blobIds.map(blobIdToHex).sort();
  await lens.requireAvailable(modelId, version, sorted, { source, maxAge: DAY });
  return { blobs: sorted.length + 1, gas };
}

/** What the chain says of the certificate of one blob when it is presented for another. */
export async function presentForAnother({ published, store, availability, source }: CertifyModelOptions) {
  const { certificate } = await store.certificate({ blobId: published.manifestReference.blobId });
  // A digit of the Blob ID in the message, which begins after three bytes of intent and four of the epoch.
  const other = certificate.message.replace(/(?<=^0x.{20})./, (digit) => (digit === "0" ? "1" : "0"));
  const status = await availability.checkCertificate(source, other, certificateForChain(certificate));
  return { status: Number(status), words: describeStatus(Number(status)) };
}
