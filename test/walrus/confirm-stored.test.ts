import { expect } from "chai";
import { READ_BACK, confirmStored } from "../../src/walrus/confirm-stored.ts";
import type { Confirmation } from "../../src/walrus/confirm-stored.ts";
import type { BlobState } from "../../src/walrus/blob-store.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { rejection } from "../support/rejection.ts";

/** A store that notes what it is asked, answers any status, and reads or not. */
class AskedStore {
  readonly asked: string[] = [];
  state: BlobState = "certified";
  isReadable = true;

  get(): Promise<Uint8Array> {
    this.asked.push("get");
    if (this.isReadable) return Promise.resolve(new Uint8Array());
    const words = { expected: "it", found: "HTTP 404 from there", next: "Wait." };
    return Promise.reject(new ScrimshawError({ code: "walrus.blob-not-found", ...words }));
  }

  status() {
    this.asked.push("status");
    const { state } = this;
    return Promise.resolve({ blobId: "id", state, endEpoch: undefined, deletable: undefined, source: "a server" });
  }
}

describe("confirmStored", () => {
  const confirm = (store: AskedStore, size: number, confirmation?: Confirmation): Promise<void> => {
    const blob = { blobId: "id", contentHash: "0x00", size } as const;
    return confirmStored({ store, blob, what: "a test", ...(confirmation && { confirm: confirmation }) });
  };

  it("reads small blobs back, whatever the status is said to be", async () => {
    const store = new AskedStore();
    await confirm(store, READ_BACK, "status");
    expect(store.asked).to.deep.equal(["get"]);
    store.isReadable = false;
    const error = await rejection(() => confirm(store, 1));
    expect(error.code).to.equal("walrus.blob-not-confirmed");
    expect(error.found).to.equal("walrus.blob-not-found: HTTP 404 from there");
    expect(error.next).to.include("Nothing was registered").and.to.include("Wait.");
  });

  it("asks for the status of large ones, and reads them when told to", async () => {
    const store = new AskedStore();
    await confirm(store, READ_BACK + 1);
    await confirm(store, READ_BACK + 1, "read");
    expect(store.asked).to.deep.equal(["status", "get"]);
    store.state = "registered";
    const error = await rejection(() => confirm(store, READ_BACK + 1));
    expect(error).to.include({ code: "walrus.blob-not-confirmed", found: "one that is registered, as a server says" });
  });
});
