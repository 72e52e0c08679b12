import { expect } from "chai";

import { useSdk } from "./use-sdk.ts";

describe("uploading slivers", () => {
  const { start } = useSdk();

  it("encodes for the upload beside the main thread, tells how far it is, and can be stopped there", async () => {
    const { store, calls } = await start();
    const bytes = new Uint8Array(1_000_000).map((_, place) => place % 241);
    const stop = new AbortController();
    const reason = new Error("enough");
    let registered = false;
    let sent = 0;
    await using stopping = store({ onStep: ({ kind }) => void (registered ||= kind === "registered") });
    const put = stopping.put({
      bytes,
      signal: stop.signal,
      onProgress: (event) => {
        if (registered && event.kind === "encode" && event.hashed > 0) stop.abort(reason);
        if (event.kind === "upload") sent += 1;
      },
    });
    expect(await put.catch((error: unknown) => error)).to.equal(reason);
    expect(sent).to.equal(0);
    await using blobs = store();
    const { blobId, contentHash, size } = await blobs.put({ bytes });
    expect(Buffer.from(await blobs.get({ blobId, contentHash, size })).equals(bytes)).to.equal(true);
    expect(calls()).to.deep.equal(["register", "certify"]);
  });
});
