import { randomBytes } from "node:crypto";

import { ScrimshawError } from "../../errors.ts";
import type { BlobId } from "../blob-id.ts";
import type { Committee } from "../committee.ts";
import { encodedSize } from "../encoding-parameters.ts";
import { MAX_EPOCHS_AHEAD } from "../epochs.ts";
import { type Certificate, verifyCertificate } from "../verify-certificate.ts";
import type { BlobObject } from "./blob-object.ts";
import { deriveBlobId } from "../slivers/derive-blob-id.ts";
import type { EpochClock } from "./epoch-clock.ts";
import { eventOf, type LedgerEvent } from "./ledger-event.ts";
import { LedgerRecords } from "./ledger-records.ts";
import { Turns } from "./turns.ts";

export interface RegisterOptions {
  readonly blobId: BlobId;
  /** Root of the Merkle tree over the sliver pairs: it must give the Blob ID, together with the size. */
  readonly rootHash: `0x${string}`;
  readonly size: number;
  /** Epochs to pay for, counted from the current one. */
  readonly epochs: number;
  readonly deletable: boolean;
  readonly owner?: string | undefined;
}

function refused(expected: string, found: string): ScrimshawError {
  const next = "Correct the call; Walrus's contracts on Sui refuse the same.";
  return new ScrimshawError({ code: "walrus.ledger-refused", expected, found, next });
}

function randomId(): `0x${string}` {
  return `0x${randomBytes(32).toString("hex")}`;
}

/**
 * Stands for Walrus's contracts on Sui: which blobs are registered, certified and paid for until when. What a call returned is on disk.
 * Whoever has the ledger in hand may change every object: it knows owners, but checks no signature of theirs.
 */
export class Ledger {
  readonly #records: LedgerRecords;
  readonly #clock: EpochClock;
  readonly #committee: () => Committee;
  readonly #turns = new Turns();

  private constructor(records: LedgerRecords, clock: EpochClock, committee: () => Committee) {
    this.#records = records;
    this.#clock = clock;
    this.#committee = committee;
  }

  /** Reads the ledger kept in `directory`. `committee` tells the current one, whose certificates count. */
  static async open({
    directory,
    clock,
    committee,
  }: {
    readonly directory: string;
    readonly clock: EpochClock;
    readonly committee: () => Committee;
  }): Promise<Ledger> {
    return new Ledger(await LedgerRecords.open(directory), clock, committee);
  }

  /** A blob's objects that are still paid for, in the order of registration. */
  objects(blobId: BlobId): readonly BlobObject[] {
    const epoch = this.#clock.epoch();
    return (this.#records.get(blobId)?.objects ?? []).filter(({ storage }) => storage.endEpoch > epoch);
  }

  object(objectId: string): BlobObject | undefined {
    const blobId = this.#records.blobOf(objectId.toLowerCase());
    if (blobId === undefined) return undefined;
    return this.objects(blobId).find((object) => object.objectId === objectId.toLowerCase());
  }

  /** All blobs of which an object is still paid for. */
  blobs(): BlobId[] {
    return this.#records.blobs().filter((blobId) => this.objects(blobId).length > 0);
  }

  /** A certified object that is still paid for, the longest; undefined for a blob that has none or is invalid. */
  certified(blobId: BlobId): BlobObject | undefined {
    if (this.isInvalid(blobId)) return undefined;
    const objects = this.objects(blobId).filter(({ certifiedEpoch }) => certifiedEpoch !== undefined);
    return objects.toSorted((a, b) => b.storage.endEpoch - a.storage.endEpoch)[0];
  }

  isInvalid(blobId: BlobId): boolean {
    return this.#records.get(blobId)?.invalidSince !== undefined;
  }

  /** What happened to a blob: the oldest first. */
  events(blobId: BlobId): readonly LedgerEvent[] {
    const invalidSince = this.#records.get(blobId)?.invalidSince;
    const events = this.objects(blobId).flatMap(({ objectId, registeredEpoch, certifiedEpoch }) => [
      eventOf("registered", blobId, registeredEpoch, objectId),
      ...(certifiedEpoch === undefined ? [] : [eventOf("certified", blobId, certifiedEpoch, objectId)]),
    ]);
    return invalidSince === undefined ? events : [...events, eventOf("invalid", blobId, invalidSince)];
  }

  /** @throws ScrimshawError `walrus.ledger-refused`, `walrus.blob-too-large` */
  async register(options: RegisterOptions): Promise<BlobObject> {
    const { blobId, rootHash, size, epochs, deletable, owner } = options;
    const derived = deriveBlobId({ rootHash, size });
    if (derived !== blobId) throw refused(`Blob ID ${derived} for that root and size`, blobId);
    if (!Number.isInteger(epochs) || epochs < 1 || epochs > MAX_EPOCHS_AHEAD) {
      throw refused(`1 to ${MAX_EPOCHS_AHEAD} epochs`, String(epochs));
    }
    return this.#turns.take(blobId, async () => {
      const epoch = this.#clock.epoch();
      const storageSize = encodedSize({ size, nShards: this.#committee().nShards });
      const object: BlobObject = {
        objectId: randomId(),
        blobId,
        size,
        encodingType: "RS2",
        registeredEpoch: epoch,
        certifiedEpoch: undefined,
        storage: { id: randomId(), startEpoch: epoch, endEpoch: epoch + epochs, size: storageSize },
        deletable,
        owner,
        certificate: undefined,
      };
      const invalidSince = this.#records.get(blobId)?.invalidSince;
      await this.#records.save({ blobId, objects: [...this.objects(blobId), object], invalidSince });
      return object;
    });
  }

  /**
   * Accepts a certificate of the current committee for an object: of the permanent kind for a permanent object, and for a deletable one
   * of the kind that names it.
   * @throws ScrimshawError `walrus.ledger-refused`, and what `verifyCertificate` throws
   */
  async certify({
    objectId,
    certificate,
  }: {
    readonly objectId: string;
    readonly certificate: Certificate;
  }): Promise<BlobObject> {
    return this.#change(objectId, (object) => {
      if (object.certifiedEpoch !== undefined) throw refused("an object that is not certified", "one that is");
      const facts = verifyCertificate({ certificate, committee: this.#committee() });
      const { blobId, persistence } = facts;
      if (blobId !== object.blobId) throw refused(`a certificate of blob ${object.blobId}`, `one of ${blobId}`);
      const named = persistence.kind === "deletable" ? persistence.objectId : undefined;
      const wanted = object.deletable ? object.objectId : undefined;
      if (named !== wanted) {
        throw refused(
          wanted === undefined ? "a permanent certificate" : `one for object ${wanted}`,
          named ?? "a permanent one",
        );
      }
      return { ...object, certifiedEpoch: facts.epoch, certificate };
    });
  }

  /**
   * Pays for more epochs of a certified object.
   * @throws ScrimshawError `walrus.ledger-refused`
   */
  async extend({ objectId, epochs }: { readonly objectId: string; readonly epochs: number }): Promise<BlobObject> {
    return this.#change(objectId, (object) => {
      if (object.certifiedEpoch === undefined) throw refused("a certified object", "one that is only registered");
      const endEpoch = object.storage.endEpoch + epochs;
      const most = this.#clock.epoch() + MAX_EPOCHS_AHEAD;
      if (!Number.isInteger(epochs) || epochs < 1 || endEpoch > most) {
        throw refused(`an extension by at least 1 epoch, to ${most} at most`, `${epochs} epochs, to ${endEpoch}`);
      }
      return { ...object, storage: { ...object.storage, endEpoch } };
    });
  }

  /** @throws ScrimshawError `walrus.ledger-refused` */
  async transfer({ objectId, owner }: { readonly objectId: string; readonly owner: string }): Promise<BlobObject> {
    return this.#change(objectId, (object) => ({ ...object, owner }));
  }

  /**
   * Ends a deletable object.
   * @throws ScrimshawError `walrus.ledger-refused`
   */
  async delete(objectId: string): Promise<void> {
    await this.#change(objectId, (object) => {
      if (!object.deletable) throw refused("a deletable object", "a permanent one");
      return undefined;
    });
  }

  /** Marks a blob as inconsistent for good, as a certificate of its invalidity does on Sui. */
  async invalidate(blobId: BlobId): Promise<void> {
    await this.#turns.take(blobId, () =>
      this.#records.save({ blobId, objects: this.objects(blobId), invalidSince: this.#clock.epoch() }),
    );
  }

  /** Forgets what is no longer paid for. Returns the blobs that nothing is left of. */
  async sweep(): Promise<BlobId[]> {
    const gone: BlobId[] = [];
    for (const blobId of this.#records.blobs()) {
      await this.#turns.take(blobId, async () => {
        const record = this.#records.get(blobId);
        const objects = this.objects(blobId);
        if (record === undefined) return;
        const changed = objects.length < record.objects.length;
        if (objects.length === 0) gone.push(blobId);
        if (objects.length > 0 || record.invalidSince !== undefined) {
          if (changed) await this.#records.save({ ...record, objects });
          return;
        }
        await this.#records.remove(blobId);
      });
    }
    return gone;
  }

  /** Replaces an object, or takes it away when `change` gives nothing. */
  async #change<T extends BlobObject | undefined>(objectId: string, change: (object: BlobObject) => T): Promise<T> {
    const blobId = this.#records.blobOf(objectId.toLowerCase()) ?? "";
    return this.#turns.take(blobId, async () => {
      const object = this.object(objectId);
      if (object === undefined) throw refused("an object that is paid for", objectId.slice(0, 80));
      const changed = change(object);
      const objects = this.objects(blobId).flatMap((other) => (other === object ? (changed ?? []) : other));
      await this.#records.save({ blobId, objects, invalidSince: this.#records.get(blobId)?.invalidSince });
      return changed;
    });
  }
}
