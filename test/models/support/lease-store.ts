import { ScrimshawError } from "../../../src/errors.ts";
import type { BlobStatus, ExtendOptions, PutOptions, StoredBlob } from "../../../src/walrus/blob-store.ts";
import type { SystemSource } from "../../../src/walrus/system.ts";
import { MemoryStore } from "./memory-store.ts";

type Lease = Pick<BlobStatus, "state" | "endEpoch" | "deletable">;

/** A store in memory whose blobs have leases, at a network that is in the epoch that the test says. */
export class LeaseStore extends MemoryStore {
  epoch = 4;
  readonly leases = new Map<string, Lease>();
  /** Blob IDs in the order in which somebody paid for more of them. */
  readonly extended: string[] = [];
  readonly system: SystemSource = {
    system: () => {
      const times = { epochStartedAt: new Date(Date.UTC(2027, 0, 1)), epochSeconds: 86_400 };
      return Promise.resolve({ epoch: this.epoch, nShards: 1000, ...times, prices: undefined, source: "a test" });
    },
    committee: () => Promise.resolve(undefined),
  };

  override async put(options: PutOptions): Promise<StoredBlob> {
    const stored = await super.put(options);
    const endEpoch = this.epoch + (options.epochs ?? 5);
    this.leases.set(stored.blobId, { state: "certified", endEpoch, deletable: false });
    return { ...stored, endEpoch };
  }

  override status({ blobId }: { readonly blobId: string }): Promise<BlobStatus> {
    const gone: Lease = { state: "nonexistent", endEpoch: undefined, deletable: undefined };
    return Promise.resolve({ blobId, ...(this.leases.get(blobId) ?? gone), source: "storage nodes" });
  }

  override async extend({ blobId, epochs }: ExtendOptions): Promise<StoredBlob> {
    const lease = this.leases.get(blobId);
    if (lease?.state !== "certified") {
      const found = "no such blob";
      throw new ScrimshawError({ code: "walrus.blob-not-found", expected: "a blob", found, next: "Store it again." });
    }
    this.extended.push(blobId);
    const endEpoch = Math.max(this.epoch + epochs, lease.endEpoch ?? 0);
    this.leases.set(blobId, { ...lease, endEpoch });
    return { ...(await super.extend({ blobId, epochs })), endEpoch };
  }
}
