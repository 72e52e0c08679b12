import { expect } from "chai";

import { failure } from "./failure.ts";
import { deadUrl } from "./fake-server.ts";
import { absent, useStore } from "./use-store.ts";

describe("HttpBlobStore", () => {
  const { walrus, stored, open } = useStore();

  describe("status", () => {
    it("tells whether an aggregator can read the blob, and which", async () => {
      expect(await open().status({ blobId: stored().blobId })).to.include({ state: "certified" });
      expect((await open().status({ blobId: stored().blobId })).source).to.contain(walrus().url);
      expect(await open().status({ blobId: absent })).to.include({ state: "nonexistent" });
      const dead = await deadUrl();
      expect(await open({ aggregators: [dead, walrus().url] }).status({ blobId: stored().blobId })).to.include({
        state: "certified",
      });
      const error = await failure(open({ aggregators: [dead] }).status({ blobId: stored().blobId }));
      expect(error.code).to.equal("walrus.aggregator-unreachable");
    });
  });

  it("refuses addresses that are no plain http URLs", () => {
    for (const url of ["ftp://host", "walrus", "http://user:secret@host", "http://host/?a=b"]) {
      expect(() => open({ aggregators: [url] }))
        .to.throw("walrus.endpoint-invalid")
        .with.property("found")
        .not.contain("secret");
    }
  });
});
